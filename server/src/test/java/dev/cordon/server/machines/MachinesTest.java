package dev.cordon.server.machines;

import static dev.cordon.server.machines.Inventory.GATEWAY_SIDE;
import static dev.cordon.server.machines.Inventory.OTHER_TENANT;
import static dev.cordon.server.machines.Inventory.TENANT;
import static dev.cordon.server.machines.Inventory.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MachinesTest {

    private @Nullable Inventory opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenEnrolledThenAllFactsAreThere(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("Web-1.Example.com");
        var seen = Instant.parse("2026-03-05T10:15:30.12Z");
        assertThat(inventory.get(id))
                .isEqualTo(new Machine(
                        id.value(),
                        "web-1.example.com",
                        seen,
                        seen,
                        "Debian",
                        null,
                        "x64",
                        "64-bit",
                        6L,
                        "12",
                        "0.1.0",
                        "192.0.2.5",
                        null,
                        List.of(
                                new MachineIpAddress("127.0.0.1", null, "SoftwareLoopback", "Up"),
                                new MachineIpAddress("fe80::1", "02005e100001", "Ethernet", "Up"),
                                new MachineIpAddress("2001:db8::5", "02005e100001", "Ethernet", "Up"),
                                new MachineIpAddress("192.0.2.5", "02005e100001", "Ethernet", "Up")),
                        "Active",
                        "Onboarded",
                        "Normal",
                        "None",
                        "None",
                        0,
                        null,
                        null,
                        List.of(),
                        false,
                        List.of()));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenNamedThenFoundOnlyIfTheNameIsOfOneMachineOfTheTenant(Engine engine) {
        var inventory = open(engine);
        var one = inventory.enroll("one.example.com");
        inventory.enroll("twin.example.com");
        inventory.enroll("twin.example.com");
        inventory.enroll(OTHER_TENANT, facts("foreign.example.com").build());
        assertThat(find(inventory, "ONE.example.com")).isEqualTo(one.value());
        assertThat(find(inventory, one.value().toUpperCase(Locale.ROOT))).isEqualTo(one.value());
        assertThat(find(inventory, "twin.example.com")).isNull();
        assertThat(find(inventory, "foreign.example.com")).isNull();
        assertThat(find(inventory, "one")).isNull();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSequencesAreTakenAtOnceThenNoneIsTakenTwice(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com").value();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var taken = IntStream.range(0, 50)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> inventory.database.write(sql -> inventory.machines.takeSequence(sql, TENANT, id)),
                            pool))
                    .toList();
            var sequences =
                    new HashSet<>(taken.stream().map(CompletableFuture::join).toList());
            assertThat(sequences)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, 50).mapToObj(Long::valueOf).toList());
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheServerStartsThenNoMachineCountsAsConnectedUntilItSpeaks(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com");
        inventory.enroll("two.example.com");
        beat(inventory, id, facts("one.example.com").build());
        assertThat(inventory.get(id).connected()).isTrue();
        assertThat(inventory.database.<Integer>write(inventory.machines::forgetConnections))
                .isEqualTo(1);
        assertThat(inventory.get(id).connected()).isFalse();
        beat(inventory, id, facts("one.example.com").build());
        assertThat(inventory.get(id).connected()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAReportNumberIsRepeatedThenItIsRefused(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com");
        assertThat(takeReport(inventory, id, 1)).isTrue();
        assertThat(takeReport(inventory, id, 1)).isFalse();
        assertThat(takeReport(inventory, id, 3)).isTrue();
        assertThat(takeReport(inventory, id, 2)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenEnrolledAgainWithTheSameKeyThenNumbersAndFirstSeenStay(Engine engine) {
        var inventory = open(engine);
        var key = Inventory.newKey();
        var id = MachineId.of(key);
        enroll(inventory, id, key, "old.example.com");
        var first = inventory.now();
        inventory.database.write(sql -> inventory.machines.takeSequence(sql, TENANT, id.value()));
        inventory.pass(Duration.ofDays(1));
        enroll(inventory, id, key, "new.example.com");
        var machine = inventory.get(id);
        assertThat(machine.computerDnsName()).isEqualTo("new.example.com");
        assertThat(machine.firstSeen()).isEqualTo(first);
        assertThat(machine.lastSeen()).isEqualTo(inventory.now());
        assertThat(inventory.database.<Long>write(sql -> inventory.machines.takeSequence(sql, TENANT, id.value())))
                .isEqualTo(2L);
        assertThat(inventory.database.<byte[]>read(sql ->
                        inventory.machines.publicKey(sql, TENANT, id.value()).getEncoded()))
                .isEqualTo(key.getEncoded());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineSaysHelloThenCapabilitiesStatesAndAddressAreKnown(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com");
        var hello = Hello.newBuilder()
                .setFacts(facts("one.example.com").setOsRelease("13"))
                .addCapabilities(Capability.newBuilder()
                        .setName("NetworkIsolation")
                        .setSupport(Support.SUPPORT_PARTIAL)
                        .addLimits("Install nftables."))
                .addStates(ObservedState.newBuilder()
                        .setAspect(Aspect.ASPECT_ISOLATION)
                        .setValue("Full")
                        .setSequence(4))
                .build();
        inventory.database.write(sql -> {
            inventory.machines.connected(sql, TENANT, id.value(), hello, GATEWAY_SIDE);
            return 0;
        });
        var machine = inventory.get(id);
        assertThat(machine.version()).isEqualTo("13");
        assertThat(machine.connected()).isTrue();
        assertThat(machine.lastExternalIpAddress()).isEqualTo("203.0.113.7");
        assertThat(machine.capability("NetworkIsolation"))
                .contains(new MachineCapability(
                        "NetworkIsolation", MachineCapability.Support.PARTIAL, List.of("Install nftables.")));
        assertThat(isolation(inventory, id))
                .isEqualTo(new MachineState(Aspect.ASPECT_ISOLATION, "None", 0, null, "Full", 4, inventory.now()));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenDesiredAndObservedAgreeThenNothingDiffers(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com");
        assertThat(isolation(inventory, id).differs()).isFalse();
        var asked = inventory.now();
        inventory.database.write(sql -> {
            inventory.machines.desire(sql, TENANT, id.value(), Aspect.ASPECT_ISOLATION, "Selective", 7);
            inventory.machines.observe(sql, TENANT, id.value(), Aspect.ASPECT_ISOLATION, "None", 0);
            return 0;
        });
        assertThat(isolation(inventory, id).differs()).isTrue();
        inventory.pass(Duration.ofSeconds(1));
        inventory.database.write(sql -> {
            inventory.machines.observe(sql, TENANT, id.value(), Aspect.ASPECT_ISOLATION, "Selective", 7);
            return 0;
        });
        var state = isolation(inventory, id);
        assertThat(state.differs()).isFalse();
        assertThat(state)
                .isEqualTo(new MachineState(
                        Aspect.ASPECT_ISOLATION, "Selective", 7, asked, "Selective", 7, inventory.now()));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenHeartbeatsSayNothingNewThenLastSeenStaysTrueWithinHalfAMinute(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com");
        beat(inventory, id, facts("one.example.com").build());
        var written = inventory.now();
        inventory.pass(Duration.ofSeconds(20));
        beat(inventory, id, facts("one.example.com").build());
        assertThat(inventory.get(id).lastSeen()).isEqualTo(written);
        inventory.pass(Duration.ofSeconds(20));
        beat(inventory, id, MachineFacts.getDefaultInstance());
        assertThat(inventory.get(id).lastSeen()).isEqualTo(inventory.now());
        assertThat(inventory.get(id).computerDnsName()).isEqualTo("one.example.com");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAHeartbeatBringsAnotherAddressThenItIsWrittenAtOnce(Engine engine) {
        var inventory = open(engine);
        var id = inventory.enroll("one.example.com");
        beat(inventory, id, facts("one.example.com").build());
        inventory.pass(Duration.ofSeconds(5));
        beat(
                inventory,
                id,
                facts("one.example.com")
                        .clearIpAddresses()
                        .addIpAddresses(Inventory.address("192.0.2.99", "Ethernet"))
                        .build());
        assertThat(inventory.get(id).lastIpAddress()).isEqualTo("192.0.2.99");
        assertThat(inventory.get(id).ipAddresses())
                .singleElement()
                .extracting(MachineIpAddress::ipAddress)
                .isEqualTo("192.0.2.99");
        assertThat(inventory.get(id).lastSeen()).isEqualTo(inventory.now());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineTellsTooMuchThenItIsCutAndCleaned(Engine engine) {
        var inventory = open(engine);
        var many = facts("x".repeat(1000)).setOsPlatform("De\u0000b\nian\ud800").setOsRelease(" ".repeat(10));
        for (int i = 0; i < 1000; i++) {
            many.addIpAddresses(Inventory.address("192.0.2.5", "Ethernet"));
        }
        var machine = inventory.get(inventory.enroll(TENANT, many.build()));
        assertThat(machine.computerDnsName()).isEqualTo("x".repeat(255));
        assertThat(machine.osPlatform()).isEqualTo("De?b?ian?");
        assertThat(machine.version()).isEqualTo("Unknown");
        assertThat(machine.ipAddresses()).hasSize(128);
    }

    private Inventory open(Engine engine) {
        var inventory = new Inventory(engine);
        opened = inventory;
        return inventory;
    }

    private static @Nullable String find(Inventory inventory, String idOrName) {
        return inventory
                .database
                .read(sql -> inventory.machines.find(sql, TENANT, idOrName))
                .map(Machine::id)
                .orElse(null);
    }

    private static void enroll(Inventory inventory, MachineId id, java.security.PublicKey key, String name) {
        inventory.database.write(sql -> {
            inventory.machines.enroll(sql, TENANT, id, key, facts(name).build());
            return 0;
        });
    }

    private static boolean takeReport(Inventory inventory, MachineId id, long number) {
        return Objects.requireNonNull(inventory.database.<Boolean>write(
                sql -> inventory.machines.takeReportNumber(sql, TENANT, id.value(), number)));
    }

    private static void beat(Inventory inventory, MachineId id, MachineFacts facts) {
        inventory.database.write(sql -> {
            inventory.machines.heartbeat(sql, TENANT, id.value(), facts, GATEWAY_SIDE);
            return 0;
        });
    }

    private static MachineState isolation(Inventory inventory, MachineId id) {
        return inventory.database.read(
                sql -> inventory.machines.state(sql, TENANT, id.value(), Aspect.ASPECT_ISOLATION));
    }
}
