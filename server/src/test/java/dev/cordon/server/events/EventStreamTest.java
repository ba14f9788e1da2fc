package dev.cordon.server.events;

import static dev.cordon.server.events.EventWorld.OTHER_TENANT;
import static dev.cordon.server.events.EventWorld.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The feed of events, from the transaction that writes it to the client that reads it. */
final class EventStreamTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSomethingHappensThenWhoFollowsIsToldWithTheMachine(Engine engine) {
        try (var world = new EventWorld(engine);
                var reader = world.follow("all", "")) {
            assertThat(nextButAlive(reader).kind()).isEqualTo("ready");
            var machine = world.enroll("web-1.example.com");
            world.connect(machine, "web-1.example.com");
            var told = nextButAlive(reader);
            assertThat(told.kind()).isEqualTo("machine.connected");
            assertThat(told.data().get("machineId").stringValue()).isEqualTo(machine);
            assertThat(told.data().at("/machine/connected").booleanValue()).isTrue();
            assertThat(told.data().at("/machine/computerDnsName").stringValue()).isEqualTo("web-1.example.com");
            assertThat(told.data().at("/action").isNull()).isTrue();
            assertThat(told.id()).isEqualTo(told.data().get("number").toString());
            world.heartbeat(machine, "web-1.example.com");
            world.heartbeat(machine, "renamed.example.com");
            var renamed = nextButAlive(reader);
            assertThat(renamed.kind()).isEqualTo("machine.changed");
            assertThat(renamed.data().at("/machine/computerDnsName").stringValue())
                    .isEqualTo("renamed.example.com");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenManyWriteAtOnceThenNumbersHaveNoGapsAndNobodyMissesOne(Engine engine) {
        long writers = 8;
        int each = 25;
        try (var world = new EventWorld(engine);
                var reader = world.follow("all", "?after=0")) {
            assertThat(nextButAlive(reader).kind()).isEqualTo("ready");
            var work = LongStream.range(0, writers)
                    .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < each; i++) {
                            world.happen("tenant.tried");
                        }
                    }))
                    .toList();
            var numbers = new ArrayList<Long>();
            while (numbers.size() < writers * each) {
                numbers.add(Long.valueOf(nextButAlive(reader).id()));
            }
            work.forEach(CompletableFuture::join);
            assertThat(numbers)
                    .isEqualTo(LongStream.rangeClosed(1, writers * each).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAWriteIsRolledBackThenNothingIsTold(Engine engine) {
        try (var world = new EventWorld(engine);
                var reader = world.follow("all", "?after=0")) {
            assertThat(nextButAlive(reader).kind()).isEqualTo("ready");
            assertThatThrownBy(() -> world.database.write(sql -> {
                        world.audit.append(sql, TENANT, "server", "tenant.lost", "tenant:" + TENANT, Map.of());
                        throw new IllegalArgumentException("rolled back");
                    }))
                    .hasMessage("rolled back");
            world.happen("tenant.kept");
            var told = nextButAlive(reader);
            assertThat(told.kind() + " " + told.id()).isEqualTo("tenant.kept 1");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAReaderComesBackThenItGetsWhatItMissedAndNothingTwice(Engine engine) {
        try (var world = new EventWorld(engine)) {
            IntStream.range(0, 900).forEach(i -> world.happen("tenant.tried"));
            try (var again = world.follow("all", "?follow=false#3")) {
                assertThat(again.next()).satisfies(first -> {
                    assertThat(first.kind()).isEqualTo("ready");
                    assertThat(first.id()).isEqualTo("3");
                });
                for (long number = 4; number <= 900; number++) {
                    assertThat(again.next().id()).isEqualTo(Long.toString(number));
                }
                assertThat(again.next().kind()).isEqualTo("(over)");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenWhatWasMissedIsForgottenThenTheReaderIsToldToStartAnew(Engine engine) {
        try (var world = new EventWorld(engine)) {
            world.happen("tenant.first");
            world.happen("tenant.second");
            world.pass(Duration.ofDays(15));
            assertThat(world.forgetOld()).isEqualTo(2);
            world.happen("tenant.third");
            try (var reader = world.follow("all", "?follow=false&after=1")) {
                var reset = reader.next();
                assertThat(reset.kind()).isEqualTo("reset");
                assertThat(reset.id()).isEqualTo("3");
                assertThat(reader.kinds(2)).containsExactly("ready", "(over)");
            }
            try (var reader = world.follow("all", "?follow=false&after=2")) {
                assertThat(reader.kinds(3)).containsExactly("ready", "tenant.third", "(over)");
            }
            try (var reader = world.follow("all", "?follow=false&after=4")) {
                assertThat(reader.kinds(3)).containsExactly("reset", "ready", "(over)");
            }
        }
    }

    @Test
    void whenEventsAreOfOtherTenantsGroupsOrKindsThenTheyAreNotShown() {
        try (var world = new EventWorld(Engine.SQLITE)) {
            var seen = world.enroll("seen.example.com");
            var hidden = world.enroll("hidden.example.com");
            world.group(seen, 7);
            world.user("grouped", 7);
            world.happen(OTHER_TENANT, "tenant.theirs", "tenant:x", Map.of());
            world.happen(TENANT, "machine.tagged", "machine:" + hidden, Map.of());
            world.happen(TENANT, "machine.tagged", "machine:" + seen, Map.of());
            world.happen(TENANT, "object.downloaded", "object:1", Map.of());
            world.happen(TENANT, "file.blocked", "file:ab", Map.of());
            world.happen("user.created");
            assertThat(read(world, "all", ""))
                    .containsExactly(
                            "machine.tagged", "machine.tagged", "object.downloaded", "file.blocked", "user.created");
            assertThat(read(world, "reader", ""))
                    .containsExactly("machine.tagged", "machine.tagged", "object.downloaded");
            assertThat(read(world, "grouped", "")).containsExactly("machine.tagged");
            assertThat(read(world, "other", "")).containsExactly("tenant.theirs");
            assertThat(read(world, "all", "&kinds=user,file.*")).containsExactly("file.blocked", "user.created");
            assertThat(read(world, "all", "&machineId=" + hidden)).containsExactly("machine.tagged");
            try (var refused = world.follow("nobody", "")) {
                assertThat(refused.status()).isEqualTo(403);
            }
            try (var wrong = world.follow("all", "?after=x")) {
                assertThat(wrong.status()).isEqualTo(400);
            }
        }
    }

    @Test
    void whenTheTokenEndsThenTheStreamDoes() {
        try (var world = new EventWorld(Engine.SQLITE);
                var reader = world.follow("all", "")) {
            assertThat(reader.next().kind()).isEqualTo("ready");
            assertThat(reader.next().kind()).as("a sign of life").isEqualTo(": alive");
            world.expire("all");
            world.happen("user.created");
            assertThat(nextButAlive(reader).kind()).isEqualTo("end");
            assertThat(reader.next().kind()).isEqualTo("(over)");
        }
    }

    @Test
    void whenTheServerEndsThenStreamsEnd() {
        try (var world = new EventWorld(Engine.SQLITE);
                var reader = world.follow("all", "")) {
            assertThat(reader.next().kind()).isEqualTo("ready");
            world.tails.close();
            assertThat(nextButAlive(reader).kind()).isEqualTo("(over)");
            try (var late = world.follow("all", "")) {
                assertThat(late.status()).isEqualTo(503);
            }
        }
    }

    private static List<String> read(EventWorld world, String token, String query) {
        try (var reader = world.follow(token, "?follow=false&after=0" + query)) {
            assertThat(reader.next().kind()).isEqualTo("ready");
            var kinds = new ArrayList<String>();
            for (var next = reader.next(); !next.kind().equals("(over)"); next = reader.next()) {
                kinds.add(next.kind());
            }
            return kinds;
        }
    }

    private static EventReader.Received nextButAlive(EventReader reader) {
        var next = reader.next();
        while (next.kind().startsWith(":")) {
            next = reader.next();
        }
        return next;
    }
}
