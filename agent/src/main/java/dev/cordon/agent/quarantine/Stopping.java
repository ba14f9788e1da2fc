package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.finder.Processes;
import dev.cordon.agent.finder.Running;
import dev.cordon.agent.finder.Search;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ends every process that runs the wanted file. Each is frozen first, so that none starts another while its fellows are
 * ended; when a look around finds no new one, all are killed; then it looks again. A process is signalled by a descriptor
 * that was opened before it was looked at once more, so that never another one is met that got its number.
 *
 * <p>For one thread.
 */
final class Stopping {

    private static final int ROUNDS = 10;
    private static final Duration TO_DIE = Duration.ofSeconds(5);

    private final ProcessCalls calls;
    private final Processes processes;
    private final Search search;
    private final Condemned condemned;
    private final Map<Integer, Running> stopped = new TreeMap<>();
    private final Map<Integer, String> spared = new TreeMap<>();

    Stopping(ProcessCalls calls, Processes processes, Search search, Condemned condemned) {
        this.calls = calls;
        this.processes = processes;
        this.search = search;
        this.condemned = condemned;
    }

    /** What was ended, by process number. */
    Map<Integer, Running> stopped() {
        return stopped;
    }

    /** What still runs it, and why it was not ended. */
    Map<Integer, String> spared() {
        return spared;
    }

    /**
     * Ends all of them, as far as that is possible; may be called again.
     *
     * @return what was found running
     */
    List<Running> stop() throws InterruptedException {
        List<Running> found = new ArrayList<>();
        spared.clear();
        for (int round = 0; round < ROUNDS; round++) {
            var running = new ArrayList<>(processes.find(search));
            running.removeIf(this::isSpared);
            if (running.isEmpty()) {
                return found;
            }
            found.addAll(running);
            kill(freezeAll(running));
        }
        processes
                .find(search)
                .forEach(still -> spared.putIfAbsent(still.pid(), still.name() + " is started again and again"));
        return found;
    }

    private boolean isSpared(Running running) {
        if (running.pid() == 1 || running.pid() == ProcessHandle.current().pid()) {
            spared.put(
                    running.pid(),
                    running.pid() == 1
                            ? "the machine's first process has it loaded: restart the machine"
                            : "the agent itself has it loaded: restart the machine");
        }
        return spared.containsKey(running.pid());
    }

    private record Frozen(Running running, int descriptor) {}

    private List<Frozen> freezeAll(List<Running> first) throws InterruptedException {
        Map<Integer, Frozen> frozen = new HashMap<>();
        boolean done = false;
        try {
            var next = first;
            for (int round = 0; round < ROUNDS && !next.isEmpty(); round++) {
                for (var running : next) {
                    freeze(running, frozen);
                }
                next = new ArrayList<>(processes.find(search));
                next.removeIf(running -> frozen.containsKey(running.pid()) || isSpared(running));
            }
            done = true;
            return List.copyOf(frozen.values());
        } finally {
            if (!done) {
                frozen.values().forEach(this::letGo);
            }
        }
    }

    private void freeze(Running running, Map<Integer, Frozen> frozen) throws InterruptedException {
        int descriptor;
        try {
            descriptor = calls.open(running.pid());
        } catch (FileCallException e) {
            return;
        }
        boolean kept = false;
        try {
            if (processes.check(running.pid(), search).isPresent()) {
                calls.signal(descriptor, ProcessCalls.STOP);
                frozen.put(running.pid(), new Frozen(running, descriptor));
                kept = true;
            }
        } catch (FileCallException e) {
            if (!e.is(FileCallException.ESRCH)) {
                spared.put(running.pid(), running.name() + " cannot be stopped: " + e.getMessage());
            }
        } finally {
            if (!kept) {
                calls.close(descriptor);
            }
        }
    }

    private void letGo(Frozen frozen) {
        try {
            calls.signal(frozen.descriptor(), ProcessCalls.CONTINUE);
        } catch (FileCallException e) {
            // it has ended
        }
        calls.close(frozen.descriptor());
    }

    private void kill(List<Frozen> all) {
        for (var frozen : all) {
            condemned.note(frozen.running());
            try {
                calls.signal(frozen.descriptor(), ProcessCalls.KILL);
            } catch (FileCallException e) {
                // it has ended; looked at below
            }
        }
        for (var frozen : all) {
            var running = frozen.running();
            try {
                if (calls.ended(frozen.descriptor(), TO_DIE)) {
                    stopped.put(running.pid(), running);
                } else {
                    spared.put(
                            running.pid(),
                            running.name() + " did not end within " + TO_DIE.toSeconds() + " s of SIGKILL");
                }
            } catch (FileCallException e) {
                spared.put(running.pid(), running.name() + " cannot be looked at: " + e.getMessage());
            } finally {
                calls.close(frozen.descriptor());
            }
        }
    }
}
