package dev.cordon.server.events;

import static dev.cordon.server.events.EventWorld.OTHER_TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.web.Json;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events on their way to a syslog server on a real TLS socket. */
final class SyslogTest {

    private static final Pattern MESSAGE =
            Pattern.compile("<(\\d+)>1 (\\S+) (\\S+) cordon - (\\S+) - \uFEFF(\\{.*})", Pattern.DOTALL);

    private static final String LATER = "33333333-3333-3333-3333-333333333333";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenThingsHappenThenTheSyslogServerIsToldAndAfterABreakNothingIsMissing(Engine engine) throws Exception {
        try (var collector = new Collector(folder);
                var world = new EventWorld(engine)) {
            world.happen("tenant.before");
            try (var sender = new SyslogSender(world.database, collector.target())) {
                sender.start();
                collector.awaitConnection();
                world.awaitSyslogCursors(2);
                world.happen("user.created");
                world.happen(OTHER_TENANT, "action.failed", "tenant:x", Map.of("why", "ü"));
                var both = List.of(collector.next(), collector.next());
                assertThat(both).extracting(Message::kind).containsExactlyInAnyOrder("user.created", "action.failed");
                var failed = both.stream()
                        .filter(message -> message.kind().equals("action.failed"))
                        .findFirst()
                        .orElseThrow();
                assertThat(failed.priority()).as("log audit, warning").isEqualTo(13 * 8 + 4);
                assertThat(failed.time()).isEqualTo("2026-03-05T10:15:30Z");
                assertThat(Json.MAPPER.readTree(failed.json()).at("/detail/why").stringValue())
                        .isEqualTo("ü");
                collector.hangUp();
                var expected = new TreeSet<String>();
                for (int i = 0; i < 20; i++) {
                    world.happen("user.changed-" + i);
                    expected.add("user.changed-" + i);
                }
                var got = new TreeSet<String>();
                while (!got.containsAll(expected)) {
                    got.add(collector.next().kind());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenATenantIsMadeWhileTheSyslogServerIsAwayThenItsFirstEventsCome(Engine engine) throws Exception {
        try (var collector = new Collector(folder);
                var world = new EventWorld(engine)) {
            world.happen("tenant.before");
            try (var first = new SyslogSender(world.database, collector.target())) {
                first.start();
                world.awaitSyslogCursors(2);
            }
            world.tenant(LATER);
            world.happen(LATER, "tenant.created", "tenant:" + LATER, Map.of());
            world.happen(LATER, "user.created", "tenant:" + LATER, Map.of());
            try (var second = new SyslogSender(world.database, collector.target())) {
                second.start();
                assertThat(List.of(collector.next().kind(), collector.next().kind()))
                        .containsExactly("tenant.created", "user.created");
            }
        }
    }

    private record Message(int priority, String time, String kind, String json) {}

    /** A syslog server as RFC 5425 has it. */
    private static final class Collector implements AutoCloseable {

        private final Path authority;
        private final SSLServerSocket server;
        private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
        private final List<Socket> open = new ArrayList<>();

        Collector(Path folder) throws IOException {
            var tls = ServerTls.open(folder, List.of("localhost"), InstantSource.system());
            authority = folder.resolve("ca.pem");
            server = (SSLServerSocket) tls.sslContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::accept);
        }

        SyslogTarget target() {
            return SyslogTarget.of("localhost:" + server.getLocalPort(), Optional.of(authority));
        }

        void awaitConnection() throws InterruptedException {
            Socket socket = accepted.poll(60, TimeUnit.SECONDS);
            if (socket == null) {
                throw new AssertionError("nobody connected");
            }
            open.add(socket);
        }

        void hangUp() throws IOException {
            for (var socket : open) {
                socket.close();
            }
        }

        Message next() throws InterruptedException {
            var message = received.poll(60, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message came");
            }
            return message;
        }

        private void accept() {
            try {
                while (true) {
                    var socket = server.accept();
                    accepted.add(socket);
                    Thread.ofVirtual().start(() -> read(socket));
                }
            } catch (IOException e) {
                accepted.clear();
            }
        }

        private void read(Socket socket) {
            try (var in = new DataInputStream(socket.getInputStream())) {
                while (true) {
                    int length = length(in);
                    if (length < 0) {
                        return;
                    }
                    var text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                    var message = MESSAGE.matcher(text);
                    received.add(
                            message.matches()
                                    ? new Message(
                                            Integer.parseInt(message.group(1)),
                                            message.group(2),
                                            message.group(4),
                                            message.group(5))
                                    : new Message(0, "", "malformed: " + text, ""));
                }
            } catch (IOException e) {
                // hung up
            }
        }

        private static int length(InputStream in) throws IOException {
            int length = 0;
            for (int next = in.read(); next != ' '; next = in.read()) {
                if (next < 0) {
                    return -1;
                }
                length = length * 10 + (next - '0');
            }
            return length;
        }

        @Override
        public void close() throws IOException {
            server.close();
            hangUp();
        }
    }
}
