package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.demo.DemoReport.Step;
import dev.cordon.fleet.machine.LabMachine;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The end of the walk, on a real machine only: its agent leaves it, and nothing of what it enforced stays. */
final class OffboardWalk extends WalkSteps {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final List<String> KEYS = List.of("identity.p12", "agent.properties", "journal/journal.log");

    private final LabMachine machine;
    private final String id;

    OffboardWalk(ApiCalls api, Terminal terminal, DemoReport report, LabMachine machine, String id) {
        super(api, terminal, report);
        this.machine = machine;
        this.id = id;
    }

    /** Isolates and restricts the machine first, so that there is something to undo. */
    void run() {
        terminal.heading("13  Offboard " + machine.name() + ", isolated and restricted as it is");
        Step step = report.step("offboard");
        var program = machine.files().resolve("opt/unwanted");
        plant(program);
        enforce("restrictCodeExecution", "{\"Comment\":\"Leaving\"}");
        enforce("isolate", "{\"Comment\":\"Leaving\",\"IsolationType\":\"Full\"}");
        boolean enforced = machine.isolated() && isRefused(program);
        boolean known = KEYS.stream().allMatch(this::exists);
        ProcessHandle agent = ProcessHandle.of(machine.agentPid()).orElseThrow();

        Exchange posted = api.post(step, "/api/machines/" + id + "/offboard", "{\"Comment\":\"Taken out of service\"}");
        followAction(posted, "Offboard", LONG);
        boolean stopped = within(LONG, () -> !agent.isAlive());
        check(
                step,
                enforced
                        && known
                        && stopped
                        && !machine.isolated()
                        && starts(program)
                        && KEYS.stream().noneMatch(this::exists),
                "isolation and restriction are undone, the machine's key and journal are deleted, the agent's process"
                        + " has ended");
        inventory();
    }

    private void enforce(String action, String body) {
        Exchange posted = api.quietPost("/api/machines/" + id + "/" + action, body);
        pollToEnd(posted.json().path("id").asString(""), LONG);
    }

    private void inventory() {
        Step step = report.step("offboarded machine in the inventory");
        String path = "/cordon/v1/machines/" + id + "/state";
        within(PATIENCE, () -> !api.quietGet(path).json().path("connected").asBoolean(true));
        Exchange listed = api.get(step, "/api/machines/" + id);
        Exchange state = api.get(step, path);
        boolean nothingWanted = state.json()
                .path("aspects")
                .valueStream()
                .flatMap(aspect -> Stream.of("desired", "observed")
                        .map(name -> aspect.path(name).asString("")))
                .allMatch("None"::equals);
        check(
                step,
                listed.json().path("onboardingStatus").asString("").equals("CanBeOnboarded")
                        && !state.json().path("connected").asBoolean(true)
                        && nothingWanted,
                "it stays in the inventory, as one that can be onboarded");
    }

    private boolean exists(String name) {
        return Files.exists(machine.state().resolve(name));
    }
}
