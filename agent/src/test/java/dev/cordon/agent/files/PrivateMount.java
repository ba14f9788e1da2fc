package dev.cordon.agent.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a test's own on a folder of its own; gone at the end. */
public final class PrivateMount implements AutoCloseable {

    private final Path path;

    private PrivateMount(Path path) {
        this.path = path;
    }

    public static PrivateMount tmpfs(Path path, String size) throws IOException, InterruptedException {
        Files.createDirectories(path);
        Shell.run("mount -t tmpfs -o size=" + size + " cordon-test '" + path + "'");
        return new PrivateMount(path);
    }

    /** Of the given number of MiB, in an image beside the folder. */
    public static PrivateMount ext4(Path path, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(path);
        Shell.run("truncate -s " + mebibytes + "M '" + path + ".img'; mkfs.ext4 -q -F '" + path
                + ".img'; mount -o loop '" + path + ".img' '" + path + "'");
        return new PrivateMount(path);
    }

    public Path path() {
        return path;
    }

    public void remount(String options) throws IOException, InterruptedException {
        Shell.run("mount -o remount," + options + " '" + path + "'");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Shell.run("umount -l '" + path + "'");
    }
}
