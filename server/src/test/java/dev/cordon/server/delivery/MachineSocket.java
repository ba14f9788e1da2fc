package dev.cordon.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.GatewayMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An agent's connection over the JDK's WebSocket client. */
public final class MachineSocket implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final BlockingQueue<GatewayMessage> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final HttpClient http;
    private final WebSocket socket;

    /** @throws java.util.concurrent.CompletionException if the gateway refuses */
    public MachineSocket(int port, SSLContext tls) {
        http = HttpClient.newBuilder().sslContext(tls).connectTimeout(LIMIT).build();
        socket = http.newWebSocketBuilder()
                .connectTimeout(LIMIT)
                .buildAsync(URI.create("wss://localhost:" + port + "/agent/v1"), new Incoming())
                .join();
    }

    public void send(AgentMessage message) {
        socket.sendBinary(ByteBuffer.wrap(message.toByteArray()), true).join();
    }

    public GatewayMessage receive() {
        try {
            var message = messages.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("the gateway sent nothing");
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the gateway to end the connection; it must not say anything before. */
    void awaitEnd() {
        ended.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        assertThat(messages).isEmpty();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    private final class Incoming implements WebSocket.Listener {
        private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            ended.complete(true);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            ended.complete(true);
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            var bytes = new byte[data.remaining()];
            data.get(bytes);
            partial.writeBytes(bytes);
            if (last) {
                try {
                    messages.add(GatewayMessage.parseFrom(partial.toByteArray()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                partial.reset();
            }
            from.request(1);
            return null;
        }
    }
}
