package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.ADMINISTRATOR;
import static dev.cordon.server.actions.ActionWorld.NEIGHBOUR;
import static dev.cordon.server.actions.ActionWorld.READER;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static dev.cordon.server.actions.ActionWorld.SECOND_RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.Support;
import dev.cordon.server.actions.ActionWorld.Reply;
import dev.cordon.server.store.Engine;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client that asks for an action gets to see. */
final class ActionRequestsTest {

    private static final String COMMENT = "{\"Comment\":\"c\"}";

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineIsIsolatedThenTheAnswerIsTheWholeActionInTheContractsOrder(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("Desktop-7.Example.com");
            var reply = world.post(
                    RESPONDER,
                    isolate(machine.toUpperCase(Locale.ROOT)),
                    "{\"Comment\":\"Isolate, #1 \\\"é\\\" 🙂\",\"IsolationType\":\"selective\",\"Unknown\":[1],"
                            + "\"ExternalId\":\"case-9\"}");
            assertThat(reply.status()).isEqualTo(201);
            var id = reply.text("id");
            assertThat(reply.body())
                    .isEqualTo("{\"@odata.context\":\"" + world.base() + "/api/$metadata#MachineActions/$entity\","
                            + fields(id, machine, "null"));
            assertThat(reply.headers().get("location")).containsExactly(world.base() + "/api/machineactions/" + id);
            var later = world.get(READER, "/api/MachineActions/" + id.toUpperCase(Locale.ROOT) + "/");
            assertThat(later.body())
                    .isEqualTo("{\"@odata.context\":\"" + world.base() + "/api/$metadata#MachineActions/$entity\","
                            + fields(id, machine, "\"Selective\""));
        }
    }

    private static String fields(String id, String machine, String scope) {
        return "\"id\":\"" + id + "\",\"type\":\"Isolate\",\"title\":null,\"requestor\":\"Response bot\","
                + "\"requestorComment\":\"Isolate, #1 \\\"é\\\" 🙂\",\"status\":\"Pending\",\"machineId\":\""
                + machine + "\",\"computerDnsName\":\"desktop-7.example.com\","
                + "\"creationDateTimeUtc\":\"2026-03-05T10:15:30.12Z\","
                + "\"lastUpdateDateTimeUtc\":\"2026-03-05T10:15:30.12Z\",\"cancellationRequestor\":null,"
                + "\"cancellationComment\":null,\"cancellationDateTimeUtc\":null,\"errorHResult\":0,\"scope\":" + scope
                + ",\"externalId\":\"case-9\",\"requestSource\":\"PublicApi\",\"relatedFileInfo\":null,"
                + "\"commands\":[],\"troubleshootInfo\":null}";
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheRequestIsWrongThenTheFirstThingWrongIsSaidAndNothingIsWritten(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            refused(world, "unknown-host", "not json", 404, "ResourceNotFound", "Machine unknown-host was not found");
            refused(world, machine, "", 400, "InvalidRequestBody", "empty");
            refused(world, machine, "{", 400, "InvalidRequestBody", "not valid JSON");
            refused(world, machine, "[]", 400, "InvalidRequestBody", "object");
            refused(world, machine, "{}", 400, "MissingRequiredParameter", "Parameter Comment is missing.");
            refused(
                    world,
                    machine,
                    "{\"comment\":\"c\"}",
                    400,
                    "MissingRequiredParameter",
                    "Parameter Comment is missing.");
            refused(world, machine, "{\"Comment\":null}", 400, "MissingRequiredParameter", "Comment");
            refused(world, machine, "{\"Comment\":7}", 400, "InvalidRequestBody", "Comment must be a string");
            refused(world, machine, "{\"Comment\":\" \"}", 400, "InvalidRequestBody", "Comment must not be empty");
            refused(world, machine, "{\"Comment\":\"a\\u0000\"}", 400, "InvalidRequestBody", "Comment");
            refused(world, machine, "{\"Comment\":\"a\\ud800\"}", 400, "InvalidRequestBody", "Comment");
            refused(
                    world,
                    machine,
                    "{\"Comment\":\"" + "x".repeat(4001) + "\"}",
                    400,
                    "InvalidRequestBody",
                    "Comment must have at most 4000");
            refused(
                    world,
                    machine,
                    "{\"Comment\":\"c\",\"IsolationType\":\"Half\"}",
                    400,
                    "InvalidRequestBody",
                    "IsolationType");
            refused(
                    world,
                    machine,
                    "{\"Comment\":\"c\",\"IsolationType\":1}",
                    400,
                    "InvalidRequestBody",
                    "IsolationType");
            refused(
                    world,
                    machine,
                    "{\"Comment\":\"c\",\"IsolationType\":\"UnManagedDevice\"}",
                    400,
                    "BadRequest",
                    "cannot be contained");
            refused(
                    world,
                    machine,
                    "{\"Comment\":\"c\",\"externalId\":{}}",
                    400,
                    "InvalidRequestBody",
                    "externalId must be a string");
            assertThat(world.count("machine_actions")).isZero();
            assertThat(world.count("commands")).isZero();
            assertThat(world.audited()).isEmpty();
        }
    }

    private static void refused(
            ActionWorld world, String machine, String body, int status, String code, String message) {
        var reply = world.post(RESPONDER, isolate(machine), body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.errorCode()).as(reply.body()).isEqualTo(code);
        assertThat(reply.errorMessage()).contains(message);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheCallerLacksThePermissionOrTheTenantThenNothingIsGiven(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            world.deliver(machine);
            var cancel = "/api/machineactions/" + action + "/cancel";
            var code = "/cordon/v1/machines/" + machine + "/break-glass-code";
            assertThat(world.post("forged", isolate(machine), COMMENT).status()).isEqualTo(401);
            assertThat(world.post(READER, isolate(machine), COMMENT).status()).isEqualTo(403);
            assertThat(world.post(READER, cancel, COMMENT).status()).isEqualTo(403);
            assertThat(world.get(RESPONDER, "/api/machineactions/" + action).status())
                    .isEqualTo(403);
            assertThat(world.post(RESPONDER, code, "").status()).isEqualTo(403);
            assertThat(world.post(NEIGHBOUR, isolate(machine), COMMENT).status())
                    .isEqualTo(404);
            assertThat(world.post(NEIGHBOUR, cancel, COMMENT).status()).isEqualTo(404);
            assertThat(world.get(NEIGHBOUR, "/api/machineactions/" + action).status())
                    .isEqualTo(404);
            assertThat(world.post(NEIGHBOUR, code, "").status()).isEqualTo(404);
            assertThat(world.post(ADMINISTRATOR, code, "").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineCannotIsolateThenItIsRefusedWithWhatIsMissing(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.connect(machine, Support.SUPPORT_UNSUPPORTED, "nftables is missing: install the package nftables.");
            var reply = world.post(RESPONDER, isolate(machine), COMMENT);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.errorCode()).isEqualTo("OsPlatformNotSupported");
            assertThat(reply.errorMessage())
                    .isEqualTo("OS Platform Debian isn't supported for this action."
                            + " nftables is missing: install the package nftables.");
            world.connect(machine, Support.SUPPORT_PARTIAL, "IPv6 is not cut.");
            assertThat(world.post(RESPONDER, isolate(machine), COMMENT).status())
                    .isEqualTo(201);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnActionOfTheTypeIsOpenThenAnotherIsRefusedUntilItHasEnded(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            var command = world.deliver(machine).getFirst();
            duplicate(world.post(SECOND_RESPONDER, isolate(machine), COMMENT));
            world.reports.started(command);
            duplicate(world.post(RESPONDER, isolate("M.example.com"), COMMENT));
            world.unisolate(machine);
            world.isolate(world.enroll("n.example.com"));
            world.reports.succeeded(command, "Full");
            world.isolate(machine);
        }
    }

    private static void duplicate(Reply reply) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.errorCode()).isEqualTo("ActiveRequestAlreadyExists");
        assertThat(reply.errorMessage()).isEqualTo("Action is already in progress");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenManyIsolateOneMachineAtOnceThenExactlyOneSucceeds(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var statuses = atOnce(12, i -> world.post(RESPONDER, isolate(machine), COMMENT)).stream()
                    .map(Reply::status)
                    .toList();
            assertThat(statuses).filteredOn(status -> status == 201).hasSize(1);
            assertThat(statuses).filteredOn(status -> status == 400).hasSize(11);
            assertThat(world.take(machine)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenARequestIsRepeatedWithItsKeyThenItIsTheSameActionEvenAtOnce(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var replies =
                    atOnce(8, i -> world.post(RESPONDER, isolate(machine), COMMENT, "Idempotency-Key", "run 7/step 1"));
            assertThat(replies).extracting(Reply::status).containsOnly(201);
            assertThat(replies.stream().map(reply -> reply.text("id")).distinct())
                    .hasSize(1);
            assertThat(replies)
                    .filteredOn(reply -> List.of("true").equals(reply.headers().get("idempotency-replayed")))
                    .hasSize(7);
            assertThat(world.count("machine_actions")).isEqualTo(1);
            assertThat(world.woken).hasSize(1);

            var other = world.enroll("n.example.com");
            var misused = world.post(RESPONDER, isolate(other), COMMENT, "Idempotency-Key", "run 7/step 1");
            assertThat(misused.status()).isEqualTo(400);
            assertThat(misused.errorCode()).isEqualTo("InvalidInput");
            assertThat(world.post(SECOND_RESPONDER, isolate(other), COMMENT, "Idempotency-Key", "run 7/step 1")
                            .status())
                    .isEqualTo(201);
            assertThat(world.post(RESPONDER, isolate(other), COMMENT, "Idempotency-Key", "x".repeat(256))
                            .errorCode())
                    .isEqualTo("InvalidInput");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenOneKeyComesForManyMachinesAtOnceThenOneOfThemGetsIt(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machines = IntStream.range(0, 6)
                    .mapToObj(i -> world.enroll("m" + i + ".example.com"))
                    .toList();
            var replies =
                    atOnce(6, i -> world.post(RESPONDER, isolate(machines.get(i)), COMMENT, "Idempotency-Key", "k"));
            assertThat(replies).filteredOn(reply -> reply.status() == 201).hasSize(1);
            assertThat(replies)
                    .filteredOn(reply -> reply.status() == 400)
                    .hasSize(5)
                    .extracting(Reply::errorCode)
                    .containsOnly("InvalidInput");
            assertThat(world.count("machine_actions")).isEqualTo(1);
            assertThat(world.count("commands")).isEqualTo(1);
        }
    }

    static List<Reply> atOnce(int many, java.util.function.IntFunction<Reply> call) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, many)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> call.apply(i), threads))
                    .toList();
            return calls.stream().map(CompletableFuture::join).toList();
        }
    }

    private static String isolate(String machine) {
        return "/api/machines/" + machine + "/isolate";
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAKeyIsAMonthOldThenItIsForgotten(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var path = "/api/machines/" + machine + "/isolate";
            world.post(ActionWorld.RESPONDER, path, "{\"Comment\":\"c\"}", "Idempotency-Key", "k");
            world.pass(Expiry.KEYS_KEPT);
            assertThat(world.expiry.forgetKeys()).isZero();
            world.pass(java.time.Duration.ofSeconds(1));
            assertThat(world.expiry.forgetKeys()).isOne();
            assertThat(world.count("idempotency_keys")).isZero();
        }
    }
}
