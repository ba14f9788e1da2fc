package dev.cordon.agent.files;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A real network file system (SSHFS) on a folder of a test's own, whose server is a process of this machine. */
public final class NetworkMount implements AutoCloseable {

    private static final Path SERVER = Path.of("/usr/lib/openssh/sftp-server");
    private static final Path CLIENT = Path.of("/usr/bin/sshfs");

    private final Path path;
    private final Process talk;

    private NetworkMount(Path path, Process talk) {
        this.path = path;
        this.talk = talk;
    }

    /** Why there can be none here. */
    public static Optional<String> missing() {
        if (!Files.exists(SERVER) || !Files.exists(CLIENT)) {
            return Optional.of("apt-get install sshfs openssh-sftp-server");
        }
        return Files.exists(Path.of("/dev/fuse")) && "root".equals(System.getProperty("user.name"))
                ? Optional.empty()
                : Optional.of("root and /dev/fuse are needed");
    }

    /**
     * Mounts what is in one folder on another.
     *
     * @param path of the mount; is made
     */
    public static NetworkMount of(Path served, Path path) throws IOException, InterruptedException {
        Files.createDirectories(path);
        var pipe = path + ".pipe";
        Shell.run("mkfifo '" + pipe + "'");
        var talk = new ProcessBuilder(
                        "bash",
                        "-c",
                        SERVER + " <'" + pipe + "' | exec " + CLIENT + " -f -o passive ':" + served + "' '" + path
                                + "' >'" + pipe + "'")
                .redirectErrorStream(true)
                .redirectOutput(Path.of(path + ".log").toFile())
                .start();
        var mount = new NetworkMount(path, talk);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !talk.isAlive()
                        || Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + path + " "));
        if (!talk.isAlive()) {
            throw new IOException("sshfs ended: " + Files.readString(Path.of(path + ".log")));
        }
        return mount;
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Shell.run("umount -l '" + path + "'");
        talk.descendants().forEach(ProcessHandle::destroy);
        talk.destroy();
    }
}
