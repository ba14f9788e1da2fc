package dev.cordon.server.machines;

import static dev.cordon.server.machines.Inventory.OTHER_TENANT;
import static dev.cordon.server.machines.Inventory.TENANT;
import static dev.cordon.server.machines.Inventory.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.store.Engine;
import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The fleet as tables and the start page of a console read it. */
final class FleetReadsTest {

    private static final String LIST = "/cordon/v1/machines";

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheFleetIsListedThenEachRowHasItsStateAndFiltersHold(Engine engine) {
        try (var inventory = new Inventory(engine);
                var api = new Api(inventory, "Machine.Read.All")) {
            var web = inventory.enroll("web.example.com");
            var database = inventory.enroll("db.example.com");
            inventory.enroll("mail.example.com");
            inventory.enroll(OTHER_TENANT, facts("theirs.example.com").build());
            connect(inventory, web, "web.example.com");
            state(inventory, web, "Full", "Full", 1);
            state(inventory, database, "Full", "None", 1);
            var rows = api.get(LIST).json();
            assertThat(rows.get("total").intValue()).isEqualTo(3);
            assertThat(names(rows)).containsExactly("db.example.com", "mail.example.com", "web.example.com");
            var row = rows.at("/value/2");
            assertThat(row.get("connected").booleanValue()).isTrue();
            assertThat(row.at("/isolation/desired").stringValue()).isEqualTo("Full");
            assertThat(row.at("/isolation/observed").stringValue()).isEqualTo("Full");
            assertThat(row.get("drift").booleanValue()).isFalse();
            assertThat(row.at("/capabilities/0/support").stringValue()).isEqualTo("Partial");
            assertThat(rows.at("/value/0/drift").booleanValue()).isTrue();
            assertThat(rows.at("/value/1/isolation/observed").isNull()).isTrue();

            assertThat(found(api, "state=isolated")).containsExactly("db.example.com", "web.example.com");
            assertThat(found(api, "state=drifted")).containsExactly("db.example.com");
            assertThat(found(api, "state=connected")).containsExactly("web.example.com");
            assertThat(found(api, "state=isolated&search=WEB")).containsExactly("web.example.com");
            assertThat(found(api, "search=192.0.2.5")).hasSize(3);
            assertThat(found(api, "search=" + web.value().substring(0, 12))).containsExactly("web.example.com");
            assertThat(found(api, "search=%25")).isEmpty();
            assertThat(found(api, "id=" + web.value() + "," + database.value())).hasSize(2);
            assertThat(found(api, "osPlatform=Debian,Ubuntu&healthStatus=Active"))
                    .hasSize(3);
            assertThat(found(api, "orderBy=computerDnsName+desc&skip=1&top=1")).containsExactly("mail.example.com");
            assertThat(api.get(LIST + "?top=0").json().get("total").intValue()).isEqualTo(3);
            for (var key : List.of("isolation", "openActions+desc", "lastSeen", "connected", "rbacGroupName")) {
                assertThat(found(api, "orderBy=" + key)).hasSize(3);
            }
            assertThat(api.get(LIST + "?orderBy=nothing").error())
                    .startsWith("400")
                    .contains("computerDnsName");
            assertThat(api.get(LIST + "?state=nothing").error())
                    .startsWith("400")
                    .contains("drifted");
            assertThat(api.get(LIST + "?top=1001").status()).isEqualTo(400);

            action(inventory, database, "Isolate", "Pending", Duration.ZERO);
            assertThat(found(api, "state=drifted")).as("on its way is no drift").isEmpty();
            assertThat(found(api, "state=busy")).containsExactly("db.example.com");

            var one = api.get(LIST + "/" + web.value()).json();
            assertThat(one.at("/capabilities/0/limits/0").stringValue()).isEqualTo("Install nftables.");
            assertThat(one.at("/ipAddresses/3/ipAddress").stringValue()).isEqualTo("192.0.2.5");
            assertThat(api.get(LIST + "/" + "0".repeat(40)).status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheStartPageIsReadThenItSaysWhatNeedsAttentionAndHowLongContainmentTook(Engine engine) {
        try (var inventory = new Inventory(engine);
                var api = new Api(inventory, "Machine.Read.All")) {
            var web = inventory.enroll("web.example.com");
            var database = inventory.enroll("db.example.com");
            connect(inventory, web, "web.example.com");
            state(inventory, database, "Full", "Full", 1);
            state(inventory, web, "None", "Full", 0);
            var files = inventory.enroll("files.example.com");
            for (var id : List.of(web, files)) {
                state(inventory, id, Aspect.ASPECT_EXECUTION, "Restricted", "Restricted", 1);
            }
            action(inventory, web, "Isolate", "Succeeded", Duration.ofSeconds(2));
            action(inventory, database, "Isolate", "Succeeded", Duration.ofSeconds(4));
            action(inventory, web, "RunAntiVirusScan", "Failed", Duration.ofSeconds(1));
            var open = action(inventory, database, "CollectInvestigationPackage", "Pending", Duration.ZERO);
            certificate(inventory, web, inventory.now().plus(Duration.ofDays(1)));
            certificate(inventory, database, inventory.now().minus(Duration.ofDays(1)));
            var page = api.get("/cordon/v1/overview").json();
            assertThat(page.at("/machines/total").intValue()).isEqualTo(3);
            assertThat(page.at("/machines/connected").intValue()).isEqualTo(1);
            assertThat(page.at("/machines/isolated").intValue()).isEqualTo(2);
            assertThat(page.at("/machines/restricted").intValue()).isEqualTo(2);
            assertThat(page.at("/machines/drifted").intValue()).isEqualTo(1);
            assertThat(page.at("/machines/byHealth/Active").intValue()).isEqualTo(3);
            assertThat(page.at("/machines/byOsPlatform/Debian").intValue()).isEqualTo(3);
            assertThat(page.at("/openActions/total").intValue()).isEqualTo(1);
            assertThat(page.at("/openActions/byType/0/type").stringValue()).isEqualTo("CollectInvestigationPackage");
            assertThat(attention(page))
                    .containsExactly(
                            "OfflineIsolated 1 db.example.com",
                            "OfflineRestricted 1 files.example.com",
                            "Drifted 1 web.example.com",
                            "FailedAction 1 web.example.com",
                            "CertificateExpired 1 db.example.com");
            assertThat(page.at("/containment")).hasSize(14);
            var today = page.at("/containment/13");
            assertThat(today.get("day").stringValue()).isEqualTo("2026-03-05");
            assertThat(today.get("isolations").intValue()).isEqualTo(2);
            assertThat(today.get("medianSeconds").doubleValue()).isEqualTo(2);
            assertThat(today.get("p95Seconds").doubleValue()).isEqualTo(4);
            assertThat(page.at("/containment/12/medianSeconds").isNull()).isTrue();
            assertThat(open).isNotEmpty();
        }
    }

    private static List<String> attention(JsonNode page) {
        var lines = new ArrayList<String>();
        for (var group : page.get("attention")) {
            lines.add(group.get("reason").stringValue() + " " + group.get("count") + " "
                    + group.at("/machines/0/computerDnsName").stringValue());
        }
        return lines;
    }

    private static List<String> found(Api api, String query) {
        var answer = api.get(LIST + "?" + query);
        assertThat(answer.status()).as("%s: %s", query, answer.body()).isEqualTo(200);
        return names(answer.json());
    }

    private static List<String> names(JsonNode answer) {
        var names = new ArrayList<String>();
        answer.get("value").forEach(row -> names.add(row.get("computerDnsName").stringValue()));
        return names;
    }

    private static void connect(Inventory inventory, MachineId id, String name) {
        var hello = Hello.newBuilder()
                .setFacts(facts(name))
                .addCapabilities(Capability.newBuilder()
                        .setName("NetworkIsolation")
                        .setSupport(Support.SUPPORT_PARTIAL)
                        .addLimits("Install nftables."))
                .build();
        inventory.database.write(sql -> {
            inventory.machines.connected(sql, TENANT, id.value(), hello, Inventory.GATEWAY_SIDE);
            return 0;
        });
    }

    private static void state(Inventory inventory, MachineId id, String desired, String observed, long sequence) {
        state(inventory, id, Aspect.ASPECT_ISOLATION, desired, observed, sequence);
    }

    private static void state(
            Inventory inventory, MachineId id, Aspect aspect, String desired, String observed, long sequence) {
        inventory.database.write(sql -> {
            inventory.machines.desire(sql, TENANT, id.value(), aspect, desired, sequence);
            inventory.machines.observe(sql, TENANT, id.value(), aspect, observed, sequence);
            return 0;
        });
    }

    private static String action(Inventory inventory, MachineId id, String type, String status, Duration took) {
        var action = UUID.randomUUID().toString();
        long at = Instants.micros(inventory.now());
        inventory.database.write(sql -> sql.insertInto(table(name("machine_actions")))
                .set(field(name("tenant_id"), SQLDataType.VARCHAR), TENANT)
                .set(field(name("id"), SQLDataType.VARCHAR), action)
                .set(field(name("type"), SQLDataType.VARCHAR), type)
                .set(field(name("requestor"), SQLDataType.VARCHAR), "Responder")
                .set(field(name("requestor_id"), SQLDataType.VARCHAR), "app-1")
                .set(field(name("requestor_comment"), SQLDataType.VARCHAR), "test")
                .set(field(name("status"), SQLDataType.VARCHAR), status)
                .set(field(name("machine_id"), SQLDataType.VARCHAR), id.value())
                .set(field(name("created_at"), SQLDataType.BIGINT), at)
                .set(field(name("updated_at"), SQLDataType.BIGINT), at + took.toNanos() / 1_000)
                .set(field(name("expires_at"), SQLDataType.BIGINT), at + 1_000_000_000)
                .set(field(name("error_hresult"), SQLDataType.INTEGER), 0)
                .set(field(name("request_source"), SQLDataType.VARCHAR), "PublicApi")
                .set(field(name("commands"), SQLDataType.VARCHAR), "[]")
                .execute());
        return action;
    }

    private static void certificate(Inventory inventory, MachineId id, java.time.Instant expires) {
        inventory.database.write(sql -> sql.insertInto(table(name("machine_certificates")))
                .set(field(name("tenant_id"), SQLDataType.VARCHAR), TENANT)
                .set(field(name("machine_id"), SQLDataType.VARCHAR), id.value())
                .set(
                        field(name("serial"), SQLDataType.VARCHAR),
                        UUID.randomUUID().toString())
                .set(field(name("der"), SQLDataType.BLOB), new byte[] {1})
                .set(field(name("issued_at"), SQLDataType.BIGINT), 1L)
                .set(field(name("expires_at"), SQLDataType.BIGINT), Instants.micros(expires))
                .execute());
    }
}
