package dev.cordon.server.events;

import static dev.cordon.server.events.EventWorld.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Webhooks from their administration to a receiver on a real socket. */
final class WebhookTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenEventsOfItsKindsHappenThenTheWebhookGetsThemSignedAndInOrder(Engine engine) throws Exception {
        try (var receiver = new Receiver();
                var world = new EventWorld(engine, receiver.targets())) {
            world.startWebhooks();
            var made = world.call("all", "POST", "/cordon/v1/webhooks", """
                    {"name":"Pager","url":"%s","kinds":["user.*","machine.tagged"]}""".formatted(receiver.url("/hook")));
            assertThat(made.status()).isEqualTo(201);
            var secret = made.json().get("secret").stringValue();
            world.happen("user.created");
            world.happen("tenant.ignored");
            world.happen(TENANT, "machine.tagged", "machine:1", Map.of("tag", "x"));
            var first = receiver.next();
            var second = receiver.next();
            assertThat(List.of(first.kind(), second.kind())).containsExactly("user.created", "machine.tagged");
            assertThat(first.signedWith(secret)).isTrue();
            assertThat(first.signedWith("another")).isFalse();
            assertThat(Json.MAPPER.readTree(second.body()).at("/detail/tag").stringValue())
                    .isEqualTo("x");
            var path = "/cordon/v1/webhooks/" + made.json().get("id").stringValue();
            assertThat(world.call("all", "GET", path, "").body()).doesNotContain(secret);
            world.await(() -> world.call("all", "GET", path + "/deliveries", "")
                            .json()
                            .get("value")
                            .size()
                    == 2);
            var test = world.call("all", "POST", path + "/test", "").json();
            assertThat(test.get("delivered").booleanValue()).isTrue();
            assertThat(receiver.next().kind()).isEqualTo("test");
            assertThat(world.call("other", "GET", path, "").status()).isEqualTo(404);
            assertThat(world.call("reader", "GET", path, "").status()).isEqualTo(403);
            assertThat(world.call("all", "DELETE", path, "").status()).isEqualTo(204);
            world.happen("user.changed");
            assertThat(world.call("all", "GET", path, "").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheReceiverRefusesThenTheEventComesAgainLaterUntilItIsParked(Engine engine) throws Exception {
        try (var receiver = new Receiver();
                var world = new EventWorld(engine, receiver.targets())) {
            receiver.answer = 500;
            world.startWebhooks();
            var made = world.call("all", "POST", "/cordon/v1/webhooks", """
                    {"name":"Pager","url":"%s","kinds":["user"]}""".formatted(receiver.url("/hook")));
            var path = "/cordon/v1/webhooks/" + made.json().get("id").stringValue();
            world.happen("user.created");
            var first = receiver.next();
            world.await(() -> state(world, path).equals("Failing"));
            world.pass(Duration.ofMinutes(1));
            world.wakeWebhooks();
            assertThat(receiver.next().delivery()).isEqualTo(first.delivery());
            world.await(() ->
                    world.call("all", "GET", path, "").json().get("failures").intValue() == 2);
            world.pass(Duration.ofHours(25));
            world.wakeWebhooks();
            receiver.next();
            world.await(() -> state(world, path).equals("Parked"));
            receiver.answer = 204;
            assertThat(world.call("all", "PATCH", path, "{\"enabled\":true}").status())
                    .isEqualTo(200);
            assertThat(receiver.next().delivery()).isEqualTo(first.delivery());
            world.await(() -> world.call("all", "GET", path + "/deliveries", "")
                            .json()
                            .at("/value/0/status")
                            .intValue()
                    == 204);
            assertThat(state(world, path)).isEqualTo("Active");
            var log = world.call("all", "GET", path + "/deliveries", "").json();
            assertThat(log.at("/value/1/error").stringValue()).isEqualTo("answered with status 500");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAWebhookIsChangedThenTheVeryNextEventGoesWhereItGoesNow(Engine engine) throws Exception {
        try (var receiver = new Receiver();
                var world = new EventWorld(engine, receiver.targets())) {
            receiver.hold();
            var made = world.call("all", "POST", "/cordon/v1/webhooks", """
                    {"name":"Pager","url":"%s","kinds":["user"]}""".formatted(receiver.url("/old")));
            var path = "/cordon/v1/webhooks/" + made.json().get("id").stringValue();
            world.happen("user.first");
            world.happen("user.second");
            world.happen("user.third");
            world.startWebhooks();
            assertThat(receiver.next().path()).isEqualTo("/old");
            var change = "{\"url\":\"" + receiver.url("/new") + "\",\"kinds\":[\"user.third\"]}";
            assertThat(world.call("all", "PATCH", path, change).status()).isEqualTo(200);
            receiver.letGo();
            var next = receiver.next();
            assertThat(next.path()).isEqualTo("/new");
            assertThat(next.kind()).isEqualTo("user.third");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnotherServerTookOverMeanwhileThenTheSlowOneDoesNotTouchWhatWasDone(Engine engine) throws Exception {
        try (var receiver = new Receiver();
                var world = new EventWorld(engine, receiver.targets())) {
            receiver.hold();
            var made = world.call("all", "POST", "/cordon/v1/webhooks", """
                    {"name":"Pager","url":"%s","kinds":["user"]}""".formatted(receiver.url("/hook")));
            var path = "/cordon/v1/webhooks/" + made.json().get("id").stringValue();
            var before = world.call("all", "GET", path, "")
                    .json()
                    .get("deliveredUpTo")
                    .longValue();
            world.happen("user.first");
            world.happen("user.second");
            world.startWebhooks();
            receiver.next();
            assertThat(world.takeOver("another")).isTrue();
            receiver.letGo();
            world.await(() -> world.call("all", "GET", path + "/deliveries", "")
                            .json()
                            .get("value")
                            .size()
                    == 1);
            world.wakeWebhooks();
            assertThat(world.call("all", "GET", path, "")
                            .json()
                            .get("deliveredUpTo")
                            .longValue())
                    .isEqualTo(before);
            assertThat(receiver.received).isEmpty();
        }
    }

    @Test
    void whenTheReceiverDripsItsAnswerThenTheCallEndsInTimeAndItsConnectionIsClosed() throws Exception {
        try (var dripping = new Dripping();
                var calls = new WebhookCall(
                        WebhookTargets.of(List.of(dripping.url().toString())),
                        InstantSource.system(),
                        Duration.ofMillis(500))) {
            var result = calls.post(dripping.url().toString(), new byte[32], "user.created", "1", "{}");
            assertThat(result.delivered()).isFalse();
            assertThat(result.error()).contains("no answer within 500 ms");
            assertThat(dripping.closed.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the connection is closed")
                    .isTrue();
        }
    }

    @Test
    void whenTheReceiverRedirectsThenNobodyFollows() throws Exception {
        try (var receiver = new Receiver();
                var world = new EventWorld(Engine.SQLITE, receiver.targets())) {
            receiver.answer = 302;
            var made = world.call("all", "POST", "/cordon/v1/webhooks", """
                    {"name":"Pager","url":"%s"}""".formatted(receiver.url("/hook")));
            var path = "/cordon/v1/webhooks/" + made.json().get("id").stringValue();
            var test = world.call("all", "POST", path + "/test", "").json();
            assertThat(test.get("delivered").booleanValue()).isFalse();
            assertThat(test.get("status").intValue()).isEqualTo(302);
            assertThat(receiver.next().path()).isEqualTo("/hook");
            assertThat(receiver.received).isEmpty();
        }
    }

    @Test
    void whenATargetIsNotAllowedThenThereIsNoWebhook() {
        try (var world =
                new EventWorld(Engine.SQLITE, WebhookTargets.of(List.of("https://hooks.example.com/cordon")))) {
            var refused = world.call(
                    "all", "POST", "/cordon/v1/webhooks", "{\"name\":\"x\",\"url\":\"https://other.example.com/\"}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("url");
            assertThat(world.call("all", "GET", "/cordon/v1/webhooks", "")
                            .json()
                            .get("value"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://hooks.example.com/cordon, true",
        "https://hooks.example.com/cordon/a?b=c, true",
        "https://HOOKS.example.com:443/cordon/a, true",
        "https://hooks.example.com/cordonx, false",
        "https://hooks.example.com/, false",
        "https://hooks.example.com:8443/cordon/, false",
        "http://hooks.example.com/cordon/, false",
        "https://hooks.example.com/cordon/../admin, false",
        "https://hooks.example.com/cordon/%2e%2e/admin, false",
        "https://user@hooks.example.com/cordon/, false",
        "https://hooks.example.com.evil.example/cordon/, false",
        "ftp://hooks.example.com/cordon/, false",
    })
    void whenAUrlIsGivenThenItIsPermittedOnlyBelowATarget(String url, boolean permitted) {
        var targets = WebhookTargets.of(List.of("https://hooks.example.com/cordon"));
        assertThat(targets.permitted(url).isPresent()).isEqualTo(permitted);
    }

    private static String state(EventWorld world, String path) {
        return world.call("all", "GET", path, "").json().get("state").stringValue();
    }

    /** Somebody's server that never comes to the end of its answer. */
    private static final class Dripping implements AutoCloseable {

        final CountDownLatch closed = new CountDownLatch(1);
        private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

        Dripping() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
        }

        private void serve() {
            try (var socket = server.accept()) {
                var out = socket.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 60_000; i++) {
                    out.write('x');
                    out.flush();
                    Thread.sleep(20);
                }
            } catch (IOException e) {
                closed.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** Somebody's server. */
    private static final class Receiver implements AutoCloseable {

        final BlockingQueue<Got> received = new LinkedBlockingQueue<>();
        volatile int answer = 200;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private final HttpServer server;

        /** From now on answers wait. */
        void hold() {
            gate = new CountDownLatch(1);
        }

        void letGo() {
            gate.countDown();
        }

        Receiver() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var headers = exchange.getRequestHeaders();
                received.add(new Got(
                        exchange.getRequestURI().getPath(),
                        headers.getFirst("Cordon-Event"),
                        headers.getFirst("Cordon-Delivery"),
                        headers.getFirst("Cordon-Signature"),
                        body));
                await(gate);
                exchange.getResponseHeaders().add("Location", "/elsewhere");
                exchange.sendResponseHeaders(answer, -1);
                exchange.close();
            });
            server.start();
        }

        private static void await(CountDownLatch gate) {
            try {
                if (!gate.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody let it go on");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        record Got(String path, String kind, String delivery, String signature, String body) {
            boolean signedWith(String secret) {
                long seconds = Long.parseLong(signature.substring(2, signature.indexOf(',')));
                var expected = WebhookCall.signature(secret.getBytes(StandardCharsets.US_ASCII), seconds, body);
                return signature.equals("t=" + seconds + ",v1=" + expected);
            }
        }

        URI url(String path) {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        }

        WebhookTargets targets() {
            return WebhookTargets.of(List.of(url("/").toString()));
        }

        Got next() throws InterruptedException {
            var got = received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (got == null) {
                throw new AssertionError("nothing came");
            }
            return got;
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
