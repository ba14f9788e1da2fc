package dev.cordon.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Chromium of this computer without a window, told what to do by its own DevTools protocol over a pipe, so that
 * nothing but the browser is measured. A message is JSON that ends with a zero byte. Thread-safe.
 */
final class Chromium implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int PATIENCE_SECONDS = 60;
    private static final int MOST_BYTES = 256 << 20;

    private final Process process;
    private final AtomicLong number = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final List<BiConsumer<String, JsonNode>> listeners = new CopyOnWriteArrayList<>();

    private Chromium(Process process) {
        this.process = process;
    }

    /** The program, if this computer has it. */
    static Optional<Path> program() {
        return NAMES.stream()
                .flatMap(name -> Arrays.stream(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it with a fresh profile.
     *
     * @param before the command that it is started by, such as one that changes its network namespace
     * @throws IllegalStateException if this computer has no Chromium
     */
    static Chromium start(List<String> before, Path directory) {
        var program = program()
                .orElseThrow(() -> new IllegalStateException(
                        "no Chromium on this computer: apt-get install chromium, or leave out the part console"));
        var command = new ArrayList<>(before);
        // the browser reads from descriptor 3 and writes to 4; a Java process has only the first three
        command.addAll(List.of("sh", "-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh", program.toString()));
        command.addAll(List.of(
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox", // which refuses to start as root
                "--no-first-run",
                "--ignore-certificate-errors", // the server's authority was made a moment ago
                "--disable-extensions",
                "--disable-component-update",
                "--window-size=1440,900",
                "--user-data-dir=" + directory.resolve("chromium"),
                "about:blank"));
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(directory.resolve("chromium.log").toFile())
                    .start();
            var chromium = new Chromium(process);
            Thread.ofPlatform().name("chromium").daemon().start(chromium::read);
            return chromium;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + program, e);
        }
    }

    /** Gets what the browser tells unasked: the name of the event and its parameters. */
    void listen(BiConsumer<String, JsonNode> listener) {
        listeners.add(listener);
    }

    /** Asks the browser itself. */
    JsonNode ask(String method, Map<String, ?> parameters) {
        return ask("", method, parameters);
    }

    /**
     * Asks one of its pages, or with an empty name the browser.
     *
     * @throws IllegalStateException if it refuses or does not answer
     */
    JsonNode ask(String session, String method, Map<String, ?> parameters) {
        long id = number.incrementAndGet();
        var message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        try {
            var out = process.getOutputStream();
            synchronized (out) {
                out.write(JSON.writeValueAsBytes(message));
                out.write(0);
                out.flush();
            }
            var said = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (said.has("error")) {
                throw new IllegalStateException(method + " was refused: " + said.path("error"));
            }
            return said.path("result");
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Chromium does not answer " + method, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Chromium does " + method, e);
        } finally {
            asked.remove(id);
        }
    }

    private void read() {
        var message = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
            for (int next = in.read(); next >= 0 && message.size() < MOST_BYTES; next = in.read()) {
                if (next != 0) {
                    message.write(next);
                    continue;
                }
                take(JSON.readTree(message.toString(StandardCharsets.UTF_8)));
                message.reset();
            }
        } catch (IOException e) {
            // it ended; whoever waits for an answer says so
        }
        asked.values().forEach(answer -> answer.completeExceptionally(new IllegalStateException("Chromium ended")));
    }

    private void take(JsonNode message) {
        if (message.has("id")) {
            var answer = asked.get(message.path("id").asLong());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        var name = message.path("method").asString("");
        listeners.forEach(listener -> listener.accept(name, message.path("params")));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
