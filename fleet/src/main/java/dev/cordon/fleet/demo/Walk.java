package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.demo.DemoReport.Step;
import dev.cordon.fleet.traffic.Traffic;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The walk: one containment from token to release, as an API client does it, every step verified. */
final class Walk extends WalkSteps {

    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final Duration FLOWING = Duration.ofMillis(500);

    /** A message that had arrived before the cut is read, and counted, so much later at most, on a busy computer. */
    private static final Duration READ_LATE = Duration.ofMillis(250);

    private static final Duration SEVERAL_HEARTBEATS = Duration.ofSeconds(8);
    private static final String REASON = "Suspicious outbound traffic";

    private final List<StageMachine> machines;
    private final Map<String, String> idsByName;
    private final StageMachine target;
    private final String id;

    Walk(
            ApiCalls api,
            Terminal terminal,
            DemoReport report,
            List<StageMachine> machines,
            Map<String, String> idsByName) {
        super(api, terminal, report);
        this.machines = machines;
        this.idsByName = idsByName;
        this.target = machines.getFirst();
        this.id = id(target);
    }

    private String id(StageMachine machine) {
        String found = idsByName.get(machine.name());
        if (found == null) {
            throw new IllegalStateException(machine.name() + " is not in the list of machines");
        }
        return found;
    }

    /** All steps in their order; one that cannot be verified does not keep the rest from being tried. */
    void run() {
        token();
        listMachines();
        target.traffic().ifPresent(this::trafficBefore);
        Exchange isolated = isolate();
        long told = System.nanoTime();
        target.traffic().ifPresent(traffic -> trafficStops(traffic, isolated, told));
        othersUntouched();
        duplicate(machines.get(1));
        agentStaysConnected(isolated);
        Exchange released = unisolate();
        target.traffic().ifPresent(traffic -> trafficFlows(traffic, released));
        listMachineActions();
    }

    private void token() {
        terminal.heading("1  Get a token: client credentials, as from Entra ID");
        Step step = report.step("token");
        Exchange answer = api.token(step);
        List<String> roles = roles(answer.json().path("access_token").asString(""));
        check(
                step,
                answer.status() == 200 && roles.containsAll(List.of("Machine.Isolate", "Machine.Read.All")),
                "a token with the roles " + String.join(", ", roles));
    }

    private static List<String> roles(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return List.of();
        }
        JsonNode claims = new JsonMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
        return claims.path("roles")
                .valueStream()
                .map(JsonNode::asString)
                .sorted()
                .toList();
    }

    private void listMachines() {
        terminal.heading("2  List machines");
        Step step = report.step("list machines");
        Exchange answer = api.get(step, "/api/machines");
        List<String> active = answer.json()
                .path("value")
                .valueStream()
                .filter(machine -> machine.path("healthStatus").asString("").equals("Active"))
                .map(machine -> machine.path("computerDnsName").asString(""))
                .sorted()
                .toList();
        List<String> expected =
                machines.stream().map(StageMachine::name).sorted().toList();
        check(step, active.equals(expected), "active: " + String.join(", ", active));
    }

    private void trafficBefore(Traffic traffic) {
        Step step = report.step("traffic before isolation");
        boolean flowing = within(PATIENCE, () -> traffic.silentFor(FLOWING).isEmpty());
        int perSecond = traffic.perTenthOfASecond(10).stream()
                .mapToInt(Integer::intValue)
                .sum();
        step.measured("messagesPerSecond", perSecond);
        check(
                step,
                flowing,
                "on the wire: " + perSecond + " messages a second between the bystander and " + target.name() + " ("
                        + traffic.names() + ")");
    }

    private Exchange isolate() {
        terminal.heading("3  Isolate " + target.name());
        Step step = report.step("isolate");
        Exchange posted = api.post(
                step,
                "/api/machines/" + id + "/isolate",
                "{\"Comment\":\"" + REASON + "\",\"IsolationType\":\"Full\"}");
        check(
                step,
                posted.status() == 201
                        && posted.json().path("status").asString("").equals("Pending"),
                "201 Created: the action and its signed command are on the server's disk");
        followAction(posted, "Isolate");
        return posted;
    }

    /** @param told when the action was known to have succeeded: whatever passes afterwards makes that a lie */
    private void trafficStops(Traffic traffic, Exchange posted, long told) {
        Step step = report.step("traffic stops");
        boolean silent = within(
                PATIENCE,
                () -> traffic.silentFor(SILENCE).size() == traffic.flows().size());
        Duration last = traffic.lastArrivalAfter(posted.sentAt());
        int afterwards = traffic.arrivals(told + READ_LATE.toNanos(), System.nanoTime());
        step.measured("millisFromPostToLastMessage", millis(last));
        step.measured("messagesAfterTheCut", afterwards);
        terminal.line("on the wire, messages per 100 ms: " + Terminal.bars(traffic.perTenthOfASecond(30)));
        check(
                step,
                silent && afterwards == 0,
                "the last message passed " + Terminal.millis(last.toNanos()) + " after the POST; since then, for "
                        + SILENCE.toSeconds() + " s, " + afterwards + " (" + traffic.names() + ", both directions)");
    }

    private void othersUntouched() {
        List<StageMachine> others = machines.subList(1, machines.size());
        List<Traffic> traffics = others.stream()
                .map(StageMachine::traffic)
                .flatMap(Optional::stream)
                .toList();
        if (traffics.isEmpty()) {
            return;
        }
        Step step = report.step("other machines untouched");
        boolean flowing =
                traffics.stream().allMatch(traffic -> traffic.silentFor(FLOWING).isEmpty());
        check(
                step,
                flowing,
                "traffic with "
                        + String.join(
                                " and ", others.stream().map(StageMachine::name).toList()) + " goes on");
    }

    /** By now several heartbeats were due since the cut: a channel that fell with the rest would have been noticed. */
    private void agentStaysConnected(Exchange isolated) {
        terminal.heading("5  The agent of " + target.name() + " stays connected");
        Step step = report.step("agent stays connected");
        within(SEVERAL_HEARTBEATS, () -> System.nanoTime() - isolated.sentAt() > SEVERAL_HEARTBEATS.toNanos());
        Exchange machine = api.get(step, "/api/machines/" + id);
        Exchange state = api.get(step, "/cordon/v1/machines/" + id + "/state");
        JsonNode aspect = state.json().path("aspects").path(0);
        check(
                step,
                machine.json().path("healthStatus").asString("").equals("Active")
                        && state.json().path("connected").asBoolean(false)
                        && aspect.path("desired").asString("").equals("Full")
                        && aspect.path("observed").asString("").equals("Full"),
                "connected for " + (System.nanoTime() - isolated.sentAt()) / 1_000_000_000L
                        + " s since the cut; the machine says of itself that it is isolated");
    }

    /** A machine that is switched off keeps its action open, so a second one must be refused. */
    private void duplicate(StageMachine sleeper) {
        terminal.heading("4  Isolate " + sleeper.name() + " while its agent is down, twice");
        Step step = report.step("isolate again while open");
        sleeper.machine().stopAgent();
        String path = "/api/machines/" + id(sleeper) + "/isolate";
        String body = "{\"Comment\":\"" + REASON + "\",\"IsolationType\":\"Full\"}";
        Exchange first = api.post(step, path, body);
        Exchange second = api.post(step, path, body);
        check(
                step,
                first.status() == 201
                        && second.status() == 400
                        && second.json().path("error").path("code").asString("").equals("ActiveRequestAlreadyExists"),
                "the second request is refused, the first waits for the machine");
        sleeper.machine().startAgent();
        followAction(first, "Isolate");
        Exchange released = api.quietPost("/api/machines/" + id(sleeper) + "/unisolate", "{\"Comment\":\"Cleared\"}");
        pollToEnd(released.json().path("id").asString(""));
    }

    private Exchange unisolate() {
        terminal.heading("6  Release " + target.name());
        Step step = report.step("unisolate");
        Exchange posted =
                api.post(step, "/api/machines/" + id + "/unisolate", "{\"Comment\":\"Investigated and cleaned\"}");
        check(
                step,
                posted.status() == 201,
                "201 Created: the command reaches the machine, which can be reached by nothing else");
        followAction(posted, "Unisolate");
        return posted;
    }

    private void trafficFlows(Traffic traffic, Exchange posted) {
        Step step = report.step("traffic flows");
        boolean flowing = within(PATIENCE, () -> traffic.silentFor(FLOWING).isEmpty());
        Duration back = traffic.allArrivedAfter(posted.sentAt());
        step.measured("millisFromPostToEveryFlowBack", millis(back));
        pause(700);
        terminal.line("on the wire, messages per 100 ms: " + Terminal.bars(traffic.perTenthOfASecond(30)));
        check(step, flowing, "every flow is back " + Terminal.millis(back.toNanos()) + " after the POST");
    }

    private void listMachineActions() {
        terminal.heading("7  What was done, newest first");
        Step step = report.step("list machine actions");
        Exchange answer = api.get(step, "/api/machineactions?$filter=machineId%20eq%20'" + id + "'");
        List<String> done = answer.json()
                .path("value")
                .valueStream()
                .map(action -> action.path("type").asString("") + " "
                        + action.path("status").asString(""))
                .toList();
        check(step, done.equals(List.of("Unisolate Succeeded", "Isolate Succeeded")), String.join(", ", done));
    }
}
