package dev.cordon.agent.quarantine;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionException;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.finder.Finder;
import dev.cordon.agent.finder.Place;
import dev.cordon.agent.finder.Processes;
import dev.cordon.agent.finder.Running;
import dev.cordon.agent.finder.Search;
import dev.cordon.agent.finder.Watch;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.agent.vault.Attempt;
import dev.cordon.agent.vault.Reason;
import dev.cordon.agent.vault.Vault;
import dev.cordon.agent.vault.VaultEntry;
import dev.cordon.agent.vault.VaultException;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One order to stop and quarantine a file: deny it, freeze and kill what runs it, take its copies and what starts it
 * away, search the disks for more, and look again whether anything is left. Repeatable from any half-done state: what is
 * already in the vault for this action counts, the rest is found again.
 */
final class QuarantineTask {

    private static final int ATTEMPTS = 3;

    private final Surroundings around;
    private final Vault vault;
    private final TaskContext context;
    private final Search search;
    private final Stopping stopping;
    private final Reason reason;
    private final FileResults results = new FileResults();
    private final Set<RawPath> dealtWith = new HashSet<>();
    private final Set<RawPath> targets = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    /** The last name of each file that was taken: it says how many others are left. */
    private final Map<Inode, Vault.Taken> lastNames = new LinkedHashMap<>();

    private final Condemned condemned;
    /** What each process ran that this action ended, by process number. */
    private final Map<Integer, RawPath> killed = new TreeMap<>();

    private boolean effective;
    /** The service manager may not know yet that files of units are gone. */
    private boolean unitsGone;

    private record Inode(long device, long number) {}

    QuarantineTask(
            Surroundings around, Vault vault, Finder finder, TaskContext context, FileHash wanted, String actionId) {
        this.around = around;
        this.vault = vault;
        this.context = context;
        this.search = finder.search(wanted, watch(context));
        this.condemned = new Condemned(context.folder(), around.log());
        this.stopping = new Stopping(around.processes(), new Processes(around.files()), search, condemned);
        this.reason = new Reason(actionId, "stop and quarantine of " + wanted.hex());
    }

    /** A cancellation ends a search; whether it ends the task is decided where the search was called. */
    static Watch watch(TaskContext context) {
        return new Watch() {
            @Override
            public boolean cancelled() {
                return context.cancelled();
            }

            @Override
            public void progress(int percent, String doing) {
                context.progress(percent, doing);
            }
        };
    }

    TaskResult run() throws InterruptedException {
        try {
            countEarlier();
            var refusal = new Protection(around).refusal(search);
            if (refusal.isPresent()) {
                results.failed(
                        refusal.get().path(),
                        "not stopped and not taken: " + refusal.get().reason());
                return ended("nothing was done: " + refusal.get().path() + " has this hash, and "
                        + refusal.get().reason());
            }
            try (var denial = deny()) {
                act();
            }
            return ended(null);
        } catch (InterruptedException e) {
            if (context.cancelled() && !effective) {
                return new TaskResult.Cancelled();
            }
            if (!context.cancelled()) {
                throw e;
            }
            // what was done stays done, and is told
            notes.add("The search was ended on request before it had looked everywhere.");
            return ended(null);
        }
    }

    /** What this action had already ended and taken when the agent ended. */
    private void countEarlier() {
        if (!context.repeated()) {
            return;
        }
        killed.putAll(condemned.earlier());
        killed.values().forEach(path -> targets.add(withoutMark(path)));
        effective = !killed.isEmpty();
        try {
            for (var id : vault.ids()) {
                var entry = vault.entry(id);
                if (entry.reason().actionId().equals(reason.actionId())) {
                    effective = true;
                    boolean file = !entry.reason().companion();
                    results.put(
                            file ? FileStatus.FILE_STATUS_QUARANTINED : FileStatus.FILE_STATUS_PERSISTENCE_REMOVED,
                            entry,
                            "taken before the agent was restarted");
                    if (file) {
                        targets.add(entry.path());
                    }
                    unitsGone |= Entry.ofSystemd(entry.path());
                }
            }
        } catch (IOException e) {
            around.log().warn(e, "vault-not-read");
        }
    }

    private ExecutionControl.@Nullable Denial deny() {
        try {
            return around.execution().deny(search.wanted());
        } catch (ExecutionException e) {
            around.log().info("not-denied-while-it-is-quarantined", "why", e.getMessage());
            return null;
        }
    }

    private void act() throws InterruptedException {
        context.progress(1, "looking at running processes");
        stop();
        takeNew();
        removePersistence();
        context.progress(2, "searching the disks");
        search.sweep(around.disks().get(), Set.of(vault.path(), vault.path().parent()));
        stop();
        takeNew();
        removePersistence();
        stop();
    }

    private void stop() throws InterruptedException {
        for (var running : stopping.stop()) {
            effective = true;
            lookAt(running);
        }
    }

    private void lookAt(Running running) throws InterruptedException {
        targets.add(withoutMark(running.path()));
        search.lookAt(running.path());
    }

    /** The kernel puts a mark behind names that are gone. */
    private static RawPath withoutMark(RawPath path) {
        var text = path.toString();
        return text.endsWith(" (deleted)")
                ? RawPath.of(java.util.Arrays.copyOf(path.bytes(), path.bytes().length - 10))
                : path;
    }

    private void takeNew() {
        var fresh = new ArrayList<Place>();
        for (var place : search.places()) {
            if (dealtWith.add(place.path())) {
                targets.add(place.path());
                if (!place.path().startsWith(vault.path().parent())) {
                    fresh.add(place);
                }
            }
        }
        for (int from = 0; from < fresh.size(); ) {
            var left = fresh.subList(from, fresh.size());
            var attempts = vault.takeNext(left.stream().map(Place::path).toList(), search.wanted(), reason);
            for (int i = 0; i < attempts.size(); i++) {
                note(left.get(i), attempts.get(i));
            }
            from += attempts.size();
        }
    }

    /** One that changed while it was taken is tried again. */
    private void note(Place place, Attempt<Vault.Taken> first) {
        var attempt = first;
        for (int number = 1; ; number++) {
            try {
                var taken = attempt.orThrow();
                effective = true;
                results.put(FileStatus.FILE_STATUS_QUARANTINED, taken.entry(), "");
                lastNames.put(new Inode(place.stat().device(), place.stat().inode()), taken);
                return;
            } catch (VaultException e) {
                if (e.why() == VaultException.Why.CHANGED && new SmallFiles(around.files()).exists(place.path())) {
                    if (number < ATTEMPTS) {
                        attempt = vault.takeNext(List.of(place.path()), search.wanted(), reason)
                                .getFirst();
                        continue;
                    }
                    results.failed(place.path(), "it changes faster than it can be taken: " + e.getMessage());
                } else if (e.why() != VaultException.Why.CHANGED) {
                    results.failed(place.path(), String.valueOf(e.getMessage()));
                }
                return;
            }
        }
    }

    private void removePersistence() {
        var persistence = new Persistence(
                around, targets.stream().map(path -> path.within(around.root())).toList());
        var entries = persistence.find();
        for (var entry : entries) {
            if (dealtWith.add(entry.path())) {
                unitsGone |= remove(entry) && Entry.ofSystemd(entry.path());
            }
        }
        if (unitsGone) {
            unitsGone = false;
            around.services().reload();
            if (!persistence.units().isEmpty()) {
                around.services().stop(persistence.units());
            }
        }
    }

    private boolean remove(Entry entry) {
        try {
            VaultEntry taken;
            String what;
            switch (entry) {
                case Entry.Whole whole -> {
                    taken = vault.take(whole.path(), null, reason.ofCompanion()).entry();
                    what = whole.what();
                }
                case Entry.Link link -> {
                    taken = vault.takeLink(link.path(), reason.ofCompanion());
                    what = link.what();
                }
                case Entry.Some some -> {
                    taken = vault.commentOut(some.path(), some.lines(), reason.ofCompanion());
                    what = some.what() + " (" + some.lines().size() + " commented out)";
                }
            }
            effective = true;
            results.put(FileStatus.FILE_STATUS_PERSISTENCE_REMOVED, taken, what);
            return true;
        } catch (VaultException e) {
            results.failed(entry.path(), "an entry that starts the file could not be taken away: " + e.getMessage());
            return false;
        }
    }

    private TaskResult ended(@Nullable String refused) throws InterruptedException {
        var outcome = Outcome.newBuilder();
        var message = new ArrayList<String>();
        boolean good = refused == null;
        stopping.stopped().forEach((pid, running) -> killed.put(pid, running.path()));
        killed.keySet().removeAll(stopping.spared().keySet());
        if (refused != null) {
            message.add(refused);
        } else {
            good = look(outcome, message);
        }
        killed.forEach((pid, path) -> results.stopped(withoutMark(path).toString(), pid));
        notes.forEach(message::add);
        search.shortcomings().forEach(shortcoming -> message.add("Not complete: " + shortcoming + "."));
        if (results.left() > 0) {
            message.add(results.left() + " more places are not listed.");
        }
        return new TaskResult.Ended(outcome.setResult(good ? Result.RESULT_SUCCEEDED : Result.RESULT_FAILED)
                .setMessage(String.join(" ", message))
                .addAllFiles(results.all())
                .build());
    }

    /** Looks again at what is claimed. */
    private boolean look(Outcome.Builder outcome, List<String> message) {
        long taken = results.count(FileStatus.FILE_STATUS_QUARANTINED);
        long entries = results.count(FileStatus.FILE_STATUS_PERSISTENCE_REMOVED);
        var files = new SmallFiles(around.files());
        boolean gone = true;
        for (var place : search.places()) {
            gone &= !files.exists(place.path()) || isOther(place);
        }
        boolean stopped = stopping.spared().isEmpty();
        stopping.spared().forEach((pid, why) -> message.add("Process " + pid + " still has it: " + why + "."));
        for (var last : lastNames.values()) {
            if (last.namesLeft() > 0) {
                gone = false;
                message.add(last.entry().path() + " had " + last.namesLeft()
                        + " more names (hard links) that were not found: the file can still be reached by them.");
            }
        }
        outcome.addChecks(check(
                        "processes",
                        stopped,
                        killed.size() + " ended, " + stopping.spared().size() + " left"))
                .addChecks(check("places", gone, taken + " in the vault; their names were looked for again"))
                .addChecks(check("persistence", true, entries + " entries taken away"));
        boolean found = taken > 0 || !killed.isEmpty();
        if (!found) {
            message.addFirst("No file with this hash was found: " + search.files() + " files on the disks and all"
                    + " processes were looked at.");
        } else {
            message.addFirst(
                    taken + " places, " + killed.size() + " processes, " + entries + " entries that started it.");
        }
        boolean failed = results.any(FileStatus.FILE_STATUS_FAILED);
        if (failed) {
            message.add("Some places could not be dealt with; each says why.");
        }
        return found && stopped && gone && !failed;
    }

    /** Whether what has the name now is not the wanted file. */
    private boolean isOther(Place place) {
        try {
            return !search.isAt(place.path());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Check check(String name, boolean passed, String detail) {
        return Check.newBuilder()
                .setName(name)
                .setPassed(passed)
                .setDetail(detail)
                .build();
    }
}
