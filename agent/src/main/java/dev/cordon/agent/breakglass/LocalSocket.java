package dev.cordon.agent.breakglass;

import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers local commands on a Unix domain socket (unix(7)) that only its owner can reach: the state directory has mode
 * 0700, the socket 0600. One line comes, {@code status}, {@code capabilities} or {@code release CODE}; text goes back, its first line
 * {@code ok} or {@code failed}. Tries of a code are taken one at a time, a wrong one costs a second.
 */
public final class LocalSocket implements AutoCloseable {

    private static final int MAX_LINE = 256;
    private static final int MAX_ANSWER = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration WRONG_CODE_PAUSE = Duration.ofSeconds(1);

    private final Path path;
    private final ServerSocketChannel server;
    private final Supplier<String> status;
    private final Supplier<String> capabilities;
    private final BreakGlass breakGlass;
    private final Log log;
    private final ReentrantLock oneTry = new ReentrantLock();

    private LocalSocket(
            Path path,
            ServerSocketChannel server,
            Supplier<String> status,
            Supplier<String> capabilities,
            BreakGlass breakGlass,
            Log log) {
        this.path = path;
        this.server = server;
        this.status = status;
        this.capabilities = capabilities;
        this.breakGlass = breakGlass;
        this.log = log;
    }

    /** What the agent answered. */
    public record Answer(boolean good, String text) {}

    /** Listens at this path, in place of a socket that a killed agent left. */
    public static LocalSocket open(
            Path path, Supplier<String> status, Supplier<String> capabilities, BreakGlass breakGlass, Log log)
            throws IOException {
        Files.deleteIfExists(path);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "the local socket " + path + " cannot be opened (" + e.getMessage()
                            + "); a path of a socket may have 107 characters at most",
                    e);
        }
        var socket = new LocalSocket(path, server, status, capabilities, breakGlass, log);
        Thread.ofVirtual().name("local-socket").start(socket::accept);
        return socket;
    }

    /** Asks the agent that listens at this path; nothing if none does. */
    public static Optional<Answer> ask(Path path, String line) throws IOException {
        try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(path));
            var answer = new CompletableFuture<byte[]>();
            Thread.ofVirtual().start(() -> {
                try {
                    write(socket, line + "\n");
                    answer.complete(read(socket, MAX_ANSWER, false));
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
            });
            var text = new String(answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            return Optional.of(new Answer(text.startsWith("ok\n"), text.substring(end + 1)));
        } catch (NoSuchFileException | ConnectException e) {
            return Optional.empty();
        } catch (SocketException e) {
            if (!Files.exists(path)) {
                return Optional.empty();
            }
            throw e;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the agent does not answer on " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void accept() {
        while (true) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.error(e, "local-socket-failed");
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        var served = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try (client) {
                served.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException | IOException e) {
                log.debug("local-command-ended", "error", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            var line = new String(read(client, MAX_LINE, true), StandardCharsets.UTF_8).strip();
            var answer = answer(line);
            write(client, (answer.good() ? "ok\n" : "failed\n") + answer.text() + "\n");
        } catch (IOException | RuntimeException e) {
            log.warn(e, "local-command-failed");
        } finally {
            served.complete(null);
        }
    }

    private Answer answer(String line) {
        if (line.equals("status")) {
            return new Answer(true, status.get());
        }
        if (line.equals("capabilities")) {
            return new Answer(true, capabilities.get());
        }
        if (line.startsWith("release ")) {
            return release(line.substring("release ".length()));
        }
        return new Answer(false, "the agent knows 'status', 'capabilities' and 'release CODE'");
    }

    private Answer release(String code) {
        oneTry.lock();
        try {
            var answer = breakGlass.release(code);
            if (!answer.released()) {
                Thread.sleep(WRONG_CODE_PAUSE);
            }
            return new Answer(answer.released(), answer.message());
        } catch (JournalException e) {
            return new Answer(false, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(false, "the agent is stopping; try again");
        } finally {
            oneTry.unlock();
        }
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static byte[] read(SocketChannel channel, int most, boolean line) throws IOException {
        var read = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(1024);
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (line && next == '\n') {
                    return read.toByteArray();
                }
                read.write(next);
            }
            buffer.clear();
            if (read.size() > most) {
                throw new IOException("more than " + most + " bytes came over the local socket");
            }
        }
        return read.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
