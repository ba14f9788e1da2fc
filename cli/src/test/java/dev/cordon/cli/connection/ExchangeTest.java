package dev.cordon.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {

    @Test
    void whenTheLengthIsSaidThenTheBodyEndsThereAndTheNextAnswerFollows() throws IOException {
        var exchange = answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\ngone");

        var first = exchange.answer();
        assertThat(first.status()).isEqualTo(200);
        assertThat(text(first)).isEqualTo("hi");
        assertThat(first.reusable()).isTrue();
        var second = exchange.answer();
        assertThat(second.status()).isEqualTo(404);
        assertThat(text(second)).isEqualTo("gone");
    }

    @Test
    void whenTheBodyComesInPiecesThenTheyAreJoinedAndTheNextAnswerFollows() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        String pieces = "5;note=x\r\nhello\r\nA\r\n, world of\r\n0\r\nTrailer: x\r\n\r\n";
        var exchange = answering(head + pieces + "HTTP/1.1 204 No Content\r\n\r\n");

        assertThat(text(exchange.answer())).isEqualTo("hello, world of");
        assertThat(exchange.answer().status()).isEqualTo(204);
    }

    @Test
    void whenNeitherIsSaidThenTheBodyEndsWithTheConnection() throws IOException {
        var head = answering("HTTP/1.0 200 OK\r\n\r\nall of it").answer();

        assertThat(text(head)).isEqualTo("all of it");
        assertThat(head.reusable()).isFalse();
    }

    @Test
    void whenThereAreProvisionalAnswersThenTheyArePassedOver() throws IOException {
        var exchange = answering(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

        assertThat(exchange.answer().status()).isEqualTo(201);
    }

    @Test
    void whenTheServerWantsToCloseThenTheConnectionIsNotUsedAgain() throws IOException {
        var head = answering("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n")
                .answer();

        assertThat(head.reusable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_10.0\r\n\r\n",
                "HTTP/1.1 20x OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
                "HTTP/1.1 200 OK\r\n",
                ""
            })
    void whenTheAnswerIsBrokenThenItIsNoAnswer(String bytes) {
        assertThatThrownBy(() -> text(answering(bytes).answer())).isInstanceOf(IOException.class);
    }

    @Test
    void whenTheHeadHasNoEndThenItIsGivenUp() {
        var endless = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(70_000);

        assertThatThrownBy(() -> answering(endless).answer()).hasMessageContaining("too long");
    }

    @Test
    void whenARequestIsSentThenItIsOneThatServersUnderstand() throws IOException {
        var wire = new Memory("");

        new Exchange(wire).send("POST", "example.test:8443", "/a?b=c", Map.of("X-Y", "z"), "{\"ü\":1}");

        assertThat(wire.sent.toString(StandardCharsets.UTF_8))
                .isEqualTo("POST /a?b=c HTTP/1.1\r\nHost: example.test:8443\r\nUser-Agent: cordon-cli\r\nX-Y: z\r\n"
                        + "Content-Length: 8\r\n\r\n{\"ü\":1}");
    }

    @Test
    void whenAHeaderWouldBecomeTwoThenNothingIsSent() {
        var wire = new Memory("");

        assertThatThrownBy(() -> new Exchange(wire).send("GET", "h", "/", Map.of("X", "a\r\nY: b"), ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(wire.sent.size()).isZero();
    }

    @Test
    void whenTheTimeForAllIsOverThenItEndsHoweverMuchStillComes() {
        var exchange = answering("HTTP/1.1 200 OK\r\n\r\n");
        exchange.within(Duration.ofNanos(1));

        assertThatThrownBy(exchange::answer).hasMessageContaining("no answer within");
    }

    private static Exchange answering(String bytes) {
        return new Exchange(new Memory(bytes));
    }

    private static String text(Exchange.Head head) throws IOException {
        return new String(head.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What a server would send, and what is sent to it, without a server. */
    private static final class Memory implements Wire {

        private final InputStream in;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        Memory(String bytes) {
            this.in = new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() {
            return sent;
        }

        @Override
        public void patience(Duration patience) {}

        @Override
        public void close() {}
    }
}
