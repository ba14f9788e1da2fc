package dev.cordon.bench;

import com.google.protobuf.ByteString;
import dev.cordon.agent.execution.UnsupportedExecutionControl;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.linux.files.LinuxProcessCalls;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.quarantine.QuarantineHandler;
import dev.cordon.agent.quarantine.RpmDatabase;
import dev.cordon.agent.quarantine.Services;
import dev.cordon.agent.quarantine.Surroundings;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.StopAndQuarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Random;

/**
 * Runs in a process of its own with the agent's flags and prints one figure a line, {@code name value}: the time of whole
 * orders to stop and quarantine and to restore, each checked afterwards.
 */
public final class QuarantineMeasurement {

    private static final int RUNS = 10;
    private static final int BYSTANDERS = 10_000;
    private static final int MANY = 1_000;
    private static final int LARGE_MEBIBYTES = 100;

    private final Path root;
    private final Path task;
    private final List<TaskHandler> handlers;
    private final Random random = new Random(5);

    private QuarantineMeasurement(Path directory) throws IOException {
        root = Files.createDirectories(directory.resolve("root"));
        var state = Files.createDirectories(directory.resolve("state"));
        task = Files.createDirectories(state.resolve("task"));
        handlers = QuarantineHandler.open(
                new Surroundings(
                        state,
                        RawPath.of(root),
                        () -> List.of(RawPath.of(root)),
                        List.of(RawPath.of(Path.of(System.getProperty("java.home"))
                                .toRealPath()
                                .resolve("bin"))),
                        new LinuxFileCalls(),
                        new LinuxProcessCalls(),
                        Services.NONE,
                        RpmDatabase.NONE,
                        new UnsupportedExecutionControl(List.of("not measured here")),
                        Clock.systemUTC(),
                        Log.silent()),
                true);
    }

    public static void main(String[] arguments) throws Exception {
        var measurement = new QuarantineMeasurement(Path.of(arguments[0]));
        measurement.stop();
        measurement.many();
        measurement.large();
        measurement.handlers.forEach(TaskHandler::close);
    }

    /** A program that runs, known by its process, on a disk of some thousand files. */
    private void stop() throws Exception {
        var folder = Files.createDirectories(root.resolve("bystanders"));
        for (int i = 0; i < BYSTANDERS; i++) {
            Files.write(folder.resolve("file" + i), new byte[random.nextInt(2_000)]);
        }
        for (int run = 0; run < RUNS; run++) {
            var program = root.resolve("program" + run);
            Files.copy(Path.of("/bin/sleep").toRealPath(), program);
            Files.writeString(program, "run " + run + random.nextLong(), StandardOpenOption.APPEND);
            var hash = hash(program);
            var process = new ProcessBuilder(program.toString(), "1000").start();
            long began = System.nanoTime();
            var ended = process.onExit().thenApply(it -> System.nanoTime());
            order(
                    "stop" + run,
                    Command.newBuilder()
                            .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)));
            print("stop-whole", began, System.nanoTime());
            print("stop-process", began, ended.get());
            if (Files.exists(program)) {
                throw new IllegalStateException(program + " is still there");
            }
        }
    }

    private void many() throws Exception {
        var folder = Files.createDirectories(root.resolve("many"));
        byte[] content = bytes(16 * 1024);
        var before = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            var file = Files.write(folder.resolve("file" + i), content);
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1_500_000_000_000L + i));
            before.append(look(file));
        }
        var hash = hash(folder.resolve("file0"));
        long began = System.nanoTime();
        order(
                "many",
                Command.newBuilder()
                        .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)));
        print("many-quarantine", began, System.nanoTime());
        began = System.nanoTime();
        order("back", Command.newBuilder().setRestore(Restore.newBuilder().setOfActionId("many")));
        print("many-restore", began, System.nanoTime());
        var after = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            after.append(look(folder.resolve("file" + i)));
        }
        if (!after.toString().contentEquals(before)) {
            throw new IllegalStateException("the restored files are not what they were");
        }
    }

    private static String look(Path file) throws Exception {
        return file + " " + Files.readAttributes(file, "unix:mode,uid,gid,size,lastModifiedTime") + " "
                + hash(file).toByteArray()[0];
    }

    private void large() throws Exception {
        var file = root.resolve("large");
        byte[] piece = bytes(1 << 20);
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < LARGE_MEBIBYTES; i++) {
                piece[0] = (byte) i;
                out.write(piece);
            }
        }
        var hash = hash(file);
        long began = System.nanoTime();
        order(
                "large",
                Command.newBuilder()
                        .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)));
        print("large-quarantine", began, System.nanoTime());
        began = System.nanoTime();
        order("large-back", Command.newBuilder().setRestore(Restore.newBuilder().setOfActionId("large")));
        print("large-restore", began, System.nanoTime());
        if (!hash(file).equals(hash)) {
            throw new IllegalStateException("the restored file is not what it was");
        }
    }

    private void order(String actionId, Command.Builder command) throws TaskException, InterruptedException {
        var order = command.setActionId(actionId).build();
        var result = handlers.getFirst().run(order, new QuietTask(task));
        if (!(result instanceof TaskResult.Ended(var outcome)) || outcome.getResult() != Result.RESULT_SUCCEEDED) {
            throw new IllegalStateException(
                    result instanceof TaskResult.Ended(var outcome) ? outcome.getMessage() : "cancelled");
        }
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ByteString hash(Path file) throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        try (var in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return ByteString.copyFrom(digest.digest());
    }

    private static void print(String name, long began, long ended) {
        System.out.println(name + " " + (ended - began) / 1e6);
    }
}
