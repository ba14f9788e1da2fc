package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.identity.ApplicationSecrets;
import dev.cordon.server.identity.Applications;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.SqliteDatabase;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server whose disk fills up says so, keeps what it had, does nothing by half, and goes on when there is space. */
final class FullDiskTest {

    private static final String ISOLATE = "{\"Comment\":\"full disk\",\"IsolationType\":\"Full\"}";

    @TempDir
    private Path folder;

    private String machine = "";
    private String client = "";
    private String secret = "";

    @Test
    void whenTheDiskIsFullThenAnIsolationIsRefusedWholeAndAcceptedOnceThereIsSpace() throws Exception {
        var seed = folder.resolve("seed");
        CordonServer.start(ServerSettings.onLoopback(seed)).close();
        prepare(seed);
        var disk = Files.createDirectory(folder.resolve("disk"));
        try (var server = ServerProcess.onPrivateDisk("size=8m", disk, seed)) {
            server.ready();
            try (var api = OperatorClient.of(server.inside(disk.resolve("data")))) {
                var token = api.token(client, secret);
                var audited = audited(api);
                var filler = server.inside(disk.resolve("filler"));
                fill(filler);

                for (int i = 0; i < 2; i++) {
                    var refused = api.post(token, "/api/machines/" + machine + "/isolate", ISOLATE);
                    assertThat(refused.statusCode()).isEqualTo(503);
                    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                    var error = Json.MAPPER.readTree(refused.body()).get("error");
                    assertThat(error.get("code").stringValue()).isEqualTo("ServiceUnavailable");
                    assertThat(error.get("message").stringValue()).contains("Try again", "log");
                    assertThat(server.errors())
                            .contains(error.get("target").stringValue(), "is full: nothing was changed. Free space.");
                }
                assertThat(actions(api, token)).isEmpty();
                assertThat(audited(api)).isEqualTo(audited);
                assertThat(api.token(client, secret)).isNotEmpty();

                Files.delete(filler);
                var accepted = api.post(token, "/api/machines/" + machine + "/isolate", ISOLATE);
                assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(201);
                assertThat(actions(api, token)).hasSize(1);
                assertThat(audited(api)).isEqualTo(audited + 1);
                assertThat(api.get(api.token(), "/cordon/v1/audit/verification").body())
                        .contains("true");
            }
        }
    }

    private static JsonNode actions(OperatorClient api, String token) throws Exception {
        return Json.MAPPER
                .readTree(api.get(token, "/api/machineactions").body())
                .get("value");
    }

    private static int audited(OperatorClient api) throws Exception {
        return Json.MAPPER
                .readTree(api.get(api.token(), "/cordon/v1/audit").body())
                .get("value")
                .size();
    }

    private static void fill(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int size : List.of(64 * 1024, 1024)) {
                assertThatThrownBy(() -> {
                            while (true) {
                                channel.write(ByteBuffer.allocate(size));
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    /** A machine that says it can be isolated, and an application that may do so. */
    private void prepare(Path data) throws Exception {
        var time = InstantSource.system();
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var key = generator.generateKeyPair().getPublic();
        var id = MachineId.of(key);
        var facts =
                MachineFacts.newBuilder().setComputerDnsName("m.example.com").build();
        var hello = Hello.newBuilder()
                .setFacts(facts)
                .addCapabilities(
                        Capability.newBuilder().setName("NetworkIsolation").setSupport(Support.SUPPORT_ENFORCED))
                .build();
        try (var database = SqliteDatabase.open(data.resolve("cordon.db"))) {
            var machines = new Machines(database, time, new HashChainedAuditLog(time));
            database.write(sql -> {
                var tenant = new Tenants(time).all(sql).getFirst().id();
                machines.enroll(sql, tenant, id, key, facts);
                machines.connected(sql, tenant, id.value(), hello, InetAddress.ofLiteral("192.0.2.1"));
                var application = new Applications(time)
                        .create(sql, tenant, "API", List.of(Permissions.MACHINE_ISOLATE, Permissions.MACHINE_READ_ALL));
                machine = id.value();
                client = application.id();
                secret = new ApplicationSecrets(time)
                        .create(sql, application, Duration.ofDays(1))
                        .secret();
                return id;
            });
        }
    }
}
