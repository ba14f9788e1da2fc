package dev.cordon.agent.linux.files;

import dev.cordon.agent.log.Log;
import dev.cordon.agent.quarantine.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link Services} by systemctl(1), each call with a limit on its time. Stateless. */
public final class Systemd implements Services {

    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Log log;

    public Systemd(Log log) {
        this.log = log;
    }

    /** As sd_booted(3) has it. */
    @Override
    public boolean running() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    @Override
    public void reload() {
        run(List.of("systemctl", "daemon-reload"));
    }

    @Override
    public void stop(Collection<String> units) {
        var command = new ArrayList<>(List.of("systemctl", "stop", "--no-ask-password", "--"));
        command.addAll(units);
        run(command);
    }

    private void run(List<String> command) {
        if (!running()) {
            return;
        }
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                log.warn("systemctl-took-too-long", "command", command);
            } else if (process.exitValue() != 0) {
                log.warn("systemctl-failed", "command", command, "status", process.exitValue());
            }
        } catch (IOException e) {
            log.warn(e, "systemctl-not-started", "command", command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
