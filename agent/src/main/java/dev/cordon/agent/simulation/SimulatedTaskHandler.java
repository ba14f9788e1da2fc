package dev.cordon.agent.simulation;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Command.OrderCase;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.ScanSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Carries orders out on a machine that does not exist: with the lane, the reports and the uploads of a real one, and no
 * effect on anything. One for each capability. Safe for use by many threads.
 */
final class SimulatedTaskHandler implements TaskHandler {

    private static final long LOOK_MILLIS = 20;

    private final String capability;
    private final Lane lane;
    private final Set<OrderCase> orders;
    private final SimulatedTasks machine;

    private SimulatedTaskHandler(String capability, Lane lane, SimulatedTasks machine, OrderCase... orders) {
        this.capability = capability;
        this.lane = lane;
        this.orders = Set.of(orders);
        this.machine = machine;
    }

    /** One for each capability. */
    static List<TaskHandler> all(SimulatedTasks machine) {
        return List.of(
                new SimulatedTaskHandler(
                        "ExecutionControl",
                        Lane.EXECUTION,
                        machine,
                        OrderCase.RESTRICT_EXECUTION,
                        OrderCase.ALLOW_EXECUTION),
                new SimulatedTaskHandler("AntivirusScan", Lane.SCAN, machine, OrderCase.SCAN),
                new SimulatedTaskHandler(
                        "FileQuarantine", Lane.FILES, machine, OrderCase.STOP_AND_QUARANTINE, OrderCase.RESTORE),
                new SimulatedTaskHandler("SampleCollection", Lane.FILES, machine, OrderCase.REQUEST_SAMPLE),
                new SimulatedTaskHandler("InvestigationPackage", Lane.COLLECTION, machine, OrderCase.COLLECT));
    }

    @Override
    public Set<OrderCase> orders() {
        return orders;
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public Capability capability() {
        return Capability.newBuilder()
                .setName(capability)
                .setSupport(machine.behaviour(orders.iterator().next()).support())
                .build();
    }

    @Override
    public List<ObservedState> observe() {
        if (lane != Lane.EXECUTION) {
            return List.of();
        }
        return List.of(ObservedState.newBuilder()
                .setAspect(Aspect.ASPECT_EXECUTION)
                .setValue(machine.execution())
                .setSequence(machine.executionSequence())
                .build());
    }

    @Override
    public void offboard() {
        if (lane == Lane.EXECUTION) {
            machine.execution("None", 0);
        }
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        var behaviour = machine.behaviour(command.getOrderCase());
        long end = System.nanoTime() + behaviour.delay().toNanos();
        long since = System.nanoTime();
        while (machine.held().getCount() > 0 || System.nanoTime() < end) {
            if (context.cancelled()) {
                return new TaskResult.Cancelled();
            }
            long whole = Math.max(1, behaviour.delay().toNanos());
            context.progress((int) Math.min(99, (System.nanoTime() - since) * 100 / whole), "simulated");
            Thread.sleep(LOOK_MILLIS);
        }
        if (behaviour.fails().isPresent()) {
            throw new TaskException(behaviour.fails().get());
        }
        try {
            return new TaskResult.Ended(outcome(command, context)
                    .setResult(Result.RESULT_SUCCEEDED)
                    .addChecks(Check.newBuilder().setName("simulated").setPassed(true))
                    .build());
        } catch (IOException e) {
            throw new TaskException("the simulated machine has no disk left: " + e.getMessage(), e);
        }
    }

    private Outcome.Builder outcome(Command command, TaskContext context)
            throws TaskException, InterruptedException, IOException {
        var outcome = Outcome.newBuilder();
        return switch (command.getOrderCase()) {
            case RESTRICT_EXECUTION -> {
                boolean monitored = command.getRestrictExecution().getMonitorOnly();
                machine.execution(monitored ? "Monitored" : "Restricted", command.getSequence());
                yield outcome;
            }
            case ALLOW_EXECUTION -> {
                machine.execution("None", command.getSequence());
                yield outcome;
            }
            case SCAN ->
                outcome.setScan(ScanSummary.newBuilder()
                        .setEngine("simulated")
                        .setSignatures("none")
                        .setFiles(1_000)
                        .setBytes(50_000_000)
                        .setMillis(machine.behaviour(OrderCase.SCAN).delay().toMillis()));
            case STOP_AND_QUARANTINE -> {
                places(FileHash.of(command.getStopAndQuarantine().getHash()))
                        .forEach(path -> outcome.addFiles(file(
                                path,
                                FileStatus.FILE_STATUS_QUARANTINED,
                                machine.quarantine(path, command.getActionId()))));
                yield outcome;
            }
            case RESTORE -> {
                var hash = Optional.of(command.getRestore().getHash())
                        .filter(bytes -> !bytes.isEmpty())
                        .map(FileHash::of);
                machine.restore(command.getRestore().getOfActionId(), hash)
                        .forEach(kept -> outcome.addFiles(file(
                                kept.path(),
                                FileStatus.FILE_STATUS_RESTORED,
                                kept.content().toByteArray())));
                yield outcome;
            }
            case REQUEST_SAMPLE -> sample(command, context, outcome);
            case COLLECT ->
                outcome.addUploads(context.upload(
                        zip(context.folder().resolve("package.zip")),
                        ObjectKind.OBJECT_KIND_PACKAGE,
                        "InvestigationPackage.zip"));
            default -> throw new IllegalStateException("an order that no simulated handler takes");
        };
    }

    private Outcome.Builder sample(Command command, TaskContext context, Outcome.Builder outcome)
            throws TaskException, InterruptedException, IOException {
        var path = places(FileHash.of(command.getRequestSample().getHash())).getFirst();
        var content = machine.file(path).orElseGet(() -> path.getBytes(StandardCharsets.UTF_8));
        var file = Files.write(context.folder().resolve("sample"), content);
        return outcome.addFiles(file(path, FileStatus.FILE_STATUS_COLLECTED, content))
                .addUploads(context.upload(file, ObjectKind.OBJECT_KIND_SAMPLE, "sample"));
    }

    /** Where the file is; a machine on which no such file was put has it all the same, at one made-up place. */
    private List<String> places(FileHash hash) {
        var found = machine.find(hash);
        return found.isEmpty() ? List.of("/opt/simulated/" + hash.hex()) : found;
    }

    private static FileResult file(String path, FileStatus status, byte[] content) {
        return FileResult.newBuilder()
                .setPath(path)
                .setStatus(status)
                .setSize(content.length)
                .setSha256(SimulatedTasks.hash(content, HashAlgorithm.SHA256).hex())
                .setVaultId(vaultId(path))
                .build();
    }

    /** A machine has one file at a place, so the place names what is in its vault. */
    private static String vaultId(String path) {
        return SimulatedTasks.hash(path.getBytes(StandardCharsets.UTF_8), HashAlgorithm.SHA1)
                .hex();
    }

    private static Path zip(Path file) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("CollectionSummaryReport.json"));
            zip.write("{\"items\":[]}\n".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return file;
    }
}
