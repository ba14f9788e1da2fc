package dev.cordon.agent.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Runs shell commands that set a test's stage, with a limit on their time. */
public final class Shell {

    private Shell() {}

    /** The output. */
    public static String run(String script) throws IOException, InterruptedException {
        var process = new ProcessBuilder("bash", "-euc", script)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
        String output;
        try (var stream = process.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("did not end: " + script);
        }
        if (process.exitValue() != 0) {
            throw new IOException(script + ": " + output);
        }
        return output;
    }
}
