package dev.cordon.agent.linux.execution;

import dev.cordon.agent.blocklist.BlockList;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.execution.RestrictHandler;
import dev.cordon.agent.execution.TrustPolicy;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.AllowExecution;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.RestrictExecution;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Execution control in a process of its own that can be stopped and killed: a line on standard input is an order, a line
 * that begins with {@code =} its answer, one that begins with {@code !} an event.
 *
 * <p>It controls only file systems that are mounted below a folder of the test and whose device no process outside had
 * when it began.
 */
final class ControlProcess {

    private final ExecutionControl control;
    private final RestrictHandler handler;
    private final Map<FileHash, ExecutionControl.Denial> denials = new HashMap<>();
    private long version;

    private ControlProcess(ExecutionControl control, Path state, Log log) {
        this.control = control;
        this.handler = new RestrictHandler(control, state, log);
    }

    /**
     * State directory, folder below which file systems are controlled, folder of a dpkg database, its root; where
     * everything is to be controlled, the mountinfo of the computer outside besides.
     */
    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[0]);
        String below = arguments[1] + "/";
        Set<Long> host = devices(Path.of("/proc/1/mountinfo"));
        FileSystems which = arguments.length > 4
                ? everything(Path.of(arguments[4]))
                : mount -> (mount.point() + "/").startsWith(below) && !host.contains(mount.device());
        var log = Log.to(System.err, Log.Level.DEBUG);
        var events = new ExecutionEvents() {
            @Override
            public void denied(String message) {
                say("! denied " + message);
            }

            @Override
            public void lost(String message) {
                say("! lost " + message);
            }
        };
        var databases = List.<PackageDatabase>of(new Dpkg(Path.of(arguments[2]), Path.of(arguments[3])));
        var control = LinuxExecutionControl.open(state, events, which, new TrustBaseline(state, databases, log), log);
        say("= " + ProcessHandle.current().pid());
        new ControlProcess(control, state, log).serve();
    }

    /**
     * Every file system there is, as on a real machine; only where none of them is one of the computer's own.
     *
     * @param computer the computer's mountinfo
     */
    private static FileSystems everything(Path computer) throws IOException {
        Set<Long> forbidden = devices(computer);
        for (var mount : mounts(Path.of("/proc/self/mountinfo"))) {
            if (FileSystems.ALL.controls(mount) && forbidden.contains(mount.device())) {
                throw new IllegalStateException(mount.point() + " is a file system of this computer");
            }
        }
        return FileSystems.ALL;
    }

    private static List<Mount> mounts(Path table) throws IOException {
        return Mount.lines(table).stream()
                .flatMap(line -> Mount.parse(line).stream())
                .toList();
    }

    private static Set<Long> devices(Path table) throws IOException {
        return mounts(table).stream().map(Mount::device).collect(Collectors.toSet());
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private void serve() throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                say("= " + obey(line.split(" ", -1)));
            } catch (Exception e) {
                say("= failed " + e);
            }
        }
        control.close();
        System.exit(0);
    }

    private String obey(String[] words) throws Exception {
        switch (words[0]) {
            case "block", "stop" -> {
                var hashes = hashes(words);
                var support = control.enforce(
                        new BlockList(++version, hashes, words[0].equals("stop") ? hashes : FileHashSet.EMPTY));
                return support.getSupport().name() + " " + support.getLimitsList();
            }
            case "deny" -> denials.put(FileHash.parse(words[1]), control.deny(FileHash.parse(words[1])));
            case "undeny" ->
                Objects.requireNonNull(denials.remove(FileHash.parse(words[1]))).close();
            case "restrict" -> control.restrict(policy(words), List.of(words).contains("again"));
            case "allow" -> control.allow();
            case "verify" -> {
                return control.verify().stream()
                        .map(check -> check.getName() + ":" + check.getPassed() + ":" + check.getDetail())
                        .collect(Collectors.joining(" | "));
            }
            case "mode" -> {
                return control.mode().wireName();
            }
            case "exec" -> {
                return "" + new ProcessBuilder(words[1]).start().waitFor();
            }
            case "task" -> {
                return task(words);
            }
            case "restore" -> {
                handler.restore();
                return observed();
            }
            case "close" -> control.close();
            default -> throw new IllegalArgumentException(words[0]);
        }
        return "done";
    }

    private String task(String[] words) throws Exception {
        var command = Command.newBuilder().setSequence(Long.parseLong(words[2]));
        if (words[1].equals("restrict")) {
            command.setRestrictExecution(
                    RestrictExecution.newBuilder().setMonitorOnly(List.of(words).contains("monitor")));
        } else {
            command.setAllowExecution(AllowExecution.getDefaultInstance());
        }
        var ended = (TaskResult.Ended) handler.run(command.build(), new NoContext());
        return ended.outcome().getResult().name() + " " + ended.outcome().getChecksCount() + " " + observed();
    }

    private String observed() {
        var state = handler.observe().getFirst();
        return state.getValue() + " " + state.getSequence();
    }

    /** A command that is carried out the first time and is not cancelled. */
    private record NoContext() implements TaskContext {
        @Override
        public boolean repeated() {
            return false;
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void progress(int percent, String doing) {}

        @Override
        public Path folder() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String upload(Path file, ObjectKind kind, String name) {
            throw new UnsupportedOperationException();
        }
    }

    private static FileHashSet hashes(String[] words) {
        List<FileHash> hashes = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            hashes.add(FileHash.parse(words[i]));
        }
        return FileHashSet.of(hashes);
    }

    private static TrustPolicy policy(String[] words) {
        var all = List.of(words);
        List<FileHash> hashes = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (var word : all) {
            if (word.startsWith("hash=")) {
                hashes.add(FileHash.parse(word.substring("hash=".length())));
            } else if (word.startsWith("path=")) {
                paths.add(word.substring("path=".length()));
            }
        }
        return new TrustPolicy(all.contains("monitor"), all.contains("cover"), FileHashSet.of(hashes), paths);
    }
}
