package dev.cordon.agent.quarantine;

import com.google.protobuf.ByteString;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.UnsupportedExecutionControl;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.linux.files.LinuxProcessCalls;
import dev.cordon.agent.linux.files.RpmProgram;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.StopAndQuarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A machine whose root is a folder: its own configuration, its own package database, real processes. */
final class Stage implements AutoCloseable {

    private static final ExecutionControl UNABLE = new UnsupportedExecutionControl(List.of("not in this test"));

    final Path state;
    final Path root;
    final List<String> stoppedUnits = new ArrayList<>();
    final List<TaskHandler> handlers;
    private final Path task;
    private final List<Process> processes = new ArrayList<>();
    int reloads;

    Stage(Path folder) throws IOException {
        this(folder, List.of());
    }

    Stage(Path folder, List<RawPath> own) throws IOException {
        this(folder, own, List.of("root"));
    }

    /** @param disks below the folder */
    Stage(Path folder, List<RawPath> own, List<String> disks) throws IOException {
        this(folder, own, disks, new LinuxFileCalls(), new LinuxProcessCalls(), UNABLE);
    }

    /** A machine whose system calls fail, or end the agent, as these do. */
    Stage(Path folder, FileCalls calls) throws IOException {
        this(folder, calls, new LinuxProcessCalls());
    }

    Stage(Path folder, FileCalls calls, ProcessCalls processCalls) throws IOException {
        this(folder, List.of(), List.of("root"), calls, processCalls, UNABLE);
    }

    /** A machine that can refuse to start a file. */
    Stage(Path folder, ExecutionControl execution) throws IOException {
        this(folder, List.of(), List.of("root"), new LinuxFileCalls(), new LinuxProcessCalls(), execution);
    }

    private Stage(
            Path folder,
            List<RawPath> own,
            List<String> disks,
            FileCalls calls,
            ProcessCalls processCalls,
            ExecutionControl execution)
            throws IOException {
        state = Files.createDirectories(folder.resolve("state"));
        root = Files.createDirectories(folder.resolve("root"));
        task = Files.createDirectories(state.resolve("task"));
        handlers = QuarantineHandler.open(
                new Surroundings(
                        state,
                        RawPath.of(root),
                        () -> disks.stream()
                                .map(disk -> RawPath.of(folder.resolve(disk)))
                                .toList(),
                        own,
                        calls,
                        processCalls,
                        new Services() {
                            @Override
                            public boolean running() {
                                return true;
                            }

                            @Override
                            public void reload() {
                                reloads++;
                            }

                            @Override
                            public void stop(Collection<String> units) {
                                stoppedUnits.addAll(units);
                            }
                        },
                        new RpmProgram(root.resolve("var/lib/rpm")),
                        execution,
                        InstantSource.system(),
                        Log.silent()),
                true);
    }

    Path write(String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** A program of this machine that no other has, as it is an own copy with something behind it. */
    Path program(String path) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.copy(Path.of("/bin/sleep").toRealPath(), file);
        Files.writeString(file, path + System.nanoTime(), java.nio.file.StandardOpenOption.APPEND);
        return file;
    }

    Process start(String... command) throws IOException {
        var process = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        return process;
    }

    static ByteString sha1(Path file) throws IOException {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    TestTask task() {
        return new TestTask(task, false);
    }

    TestTask repeatedTask() {
        return new TestTask(task, true);
    }

    Outcome quarantine(ByteString hash) throws TaskException, InterruptedException {
        return outcome(run(
                order("q1").setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)), task()));
    }

    Outcome restore(Restore.Builder restore) throws TaskException, InterruptedException {
        return outcome(run(order("r1").setRestore(restore), task()));
    }

    TaskResult sample(RequestSample.Builder sample, TestTask task) throws TaskException, InterruptedException {
        return run(order("s1").setRequestSample(sample), task);
    }

    static Command.Builder order(String actionId) {
        return Command.newBuilder().setActionId(actionId);
    }

    TaskResult run(Command.Builder command, TaskContext context) throws TaskException, InterruptedException {
        return handlers.stream()
                .filter(handler -> handler.orders().contains(command.getOrderCase()))
                .findFirst()
                .orElseThrow()
                .run(command.build(), context);
    }

    static Outcome outcome(TaskResult result) {
        if (result instanceof TaskResult.Ended ended) {
            return ended.outcome();
        }
        throw new AssertionError("cancelled");
    }

    /** {@code STATUS path} of each place, with paths below the root. */
    List<String> places(Outcome outcome) {
        return outcome.getFilesList().stream().map(this::place).sorted().toList();
    }

    private String place(FileResult result) {
        return result.getStatus().name().replace("FILE_STATUS_", "") + " "
                + result.getPath().replace(root.toString(), "");
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        handlers.forEach(TaskHandler::close);
    }
}
