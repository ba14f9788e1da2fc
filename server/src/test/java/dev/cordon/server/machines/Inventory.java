package dev.cordon.server.machines;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.IpAddress;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;

/** A database with two tenants, the inventory over it, a clock that stands still until moved, and a list as audit. */
final class Inventory implements AutoCloseable {

    static final String TENANT = "11111111-1111-1111-1111-111111111111";
    static final String OTHER_TENANT = "22222222-2222-2222-2222-222222222222";
    static final InetAddress GATEWAY_SIDE = InetAddress.ofLiteral("203.0.113.7");

    final Database database;
    final Machines machines;
    final List<String> audited = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-05T10:15:30.12Z");

    Inventory(Engine engine) {
        database = engine.fresh();
        AuditLog audit = new AuditLog() {
            @Override
            public void append(
                    DSLContext sql,
                    String tenantId,
                    String actor,
                    String event,
                    String subject,
                    Map<String, ?> detail) {
                audited.add("%s %s %s %s".formatted(actor, event, subject, new java.util.TreeMap<>(detail)));
            }
        };
        machines = new Machines(database, this::now, audit);
        database.write(sql -> {
            tenant(sql, TENANT);
            tenant(sql, OTHER_TENANT);
            return 0;
        });
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Enrolls a machine with a new key. */
    MachineId enroll(String tenant, MachineFacts facts) {
        var key = newKey();
        var id = MachineId.of(key);
        database.write(sql -> {
            machines.enroll(sql, tenant, id, key, facts);
            return 0;
        });
        return id;
    }

    MachineId enroll(String name) {
        return enroll(TENANT, facts(name).build());
    }

    Machine get(MachineId id) {
        return database.read(sql -> machines.find(sql, TENANT, id.value()).orElseThrow());
    }

    static MachineFacts.Builder facts(String name) {
        return MachineFacts.newBuilder()
                .setComputerDnsName(name)
                .setOsPlatform("Debian")
                .setOsRelease("12")
                .setOsBuild(6)
                .setOsProcessor("x64")
                .setOsArchitecture("64-bit")
                .setAgentVersion("0.1.0")
                .addIpAddresses(address("127.0.0.1", "SoftwareLoopback"))
                .addIpAddresses(address("fe80::1", "Ethernet"))
                .addIpAddresses(address("2001:db8::5", "Ethernet"))
                .addIpAddresses(address("192.0.2.5", "Ethernet"));
    }

    static IpAddress address(String address, String type) {
        return IpAddress.newBuilder()
                .setIpAddress(address)
                .setMacAddress(type.equals("Ethernet") ? "02005e100001" : "")
                .setType(type)
                .setOperationalStatus("Up")
                .build();
    }

    static PublicKey newKey() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        database.close();
    }

    private static void tenant(DSLContext sql, String id) {
        sql.insertInto(table(name("tenants")))
                .set(field(name("id"), SQLDataType.VARCHAR), id)
                .set(field(name("display_name"), SQLDataType.VARCHAR), id)
                .set(field(name("settings"), SQLDataType.VARCHAR), "{}")
                .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                .set(field(name("audit_number"), SQLDataType.BIGINT), 0L)
                .set(field(name("audit_hash"), SQLDataType.BLOB), new byte[32])
                .execute();
    }
}
