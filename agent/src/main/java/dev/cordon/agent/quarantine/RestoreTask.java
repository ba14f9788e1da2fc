package dev.cordon.agent.quarantine;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.agent.vault.Attempt;
import dev.cordon.agent.vault.Vault;
import dev.cordon.agent.vault.VaultEntry;
import dev.cordon.agent.vault.VaultException;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One order to give back what is in the vault: of an action, of a hash with the entries that were taken along with it,
 * or all. Files come first, then what starts them. Each is given back or stays in the vault, and says which.
 */
record RestoreTask(Surroundings around, Vault vault, TaskContext context, Restore order) {

    TaskResult run() throws TaskException, InterruptedException {
        List<VaultEntry> chosen;
        List<String> damaged = new ArrayList<>();
        try {
            chosen = choose(damaged);
        } catch (IOException e) {
            throw new TaskException("the vault cannot be read: " + e.getMessage(), e);
        }
        var results = new FileResults();
        boolean services = false;
        int done = 0;
        while (done < chosen.size() && !context.cancelled()) {
            var left = chosen.subList(done, chosen.size());
            var attempts = vault.restoreNext(left.stream().map(VaultEntry::id).toList());
            for (int i = 0; i < attempts.size(); i++) {
                services |= note(left.get(i), attempts.get(i), results);
            }
            done += attempts.size();
            context.progress(Math.min(99, done * 100 / chosen.size()), "giving files back");
        }
        if (services) {
            around.services().reload();
        }
        return ended(chosen.size(), results, done < chosen.size(), damaged);
    }

    /**
     * Files first, then what starts them.
     *
     * @param damaged gets the ids of objects of which nothing can be known
     */
    private List<VaultEntry> choose(List<String> damaged) throws IOException {
        List<VaultEntry> entries = new ArrayList<>();
        Set<String> actions = new HashSet<>();
        var hash = order.getHash().isEmpty() ? null : FileHash.of(order.getHash());
        for (var id : vault.ids()) {
            try {
                entries.add(vault.entry(id));
                if (hash != null && vault.matches(id, hash)) {
                    actions.add(entries.getLast().reason().actionId());
                }
            } catch (IOException e) {
                around.log().warn(e, "vault-object-not-read", "id", id);
                damaged.add(id);
            }
        }
        boolean all = order.getOfActionId().isEmpty() && hash == null;
        if (!order.getOfActionId().isEmpty()) {
            boolean both = hash != null && !actions.contains(order.getOfActionId());
            actions.clear();
            if (!both) {
                actions.add(order.getOfActionId());
            }
        }
        return entries.stream()
                .filter(entry -> all || actions.contains(entry.reason().actionId()))
                .sorted(Comparator.comparing(VaultEntry::sort))
                .toList();
    }

    /** Whether it may be something the service manager reads. */
    private static boolean note(VaultEntry entry, Attempt<String> attempt, FileResults results) {
        try {
            results.put(
                    isTarget(entry) ? FileStatus.FILE_STATUS_RESTORED : FileStatus.FILE_STATUS_PERSISTENCE_RESTORED,
                    entry,
                    attempt.orThrow());
            return Entry.ofSystemd(entry.path());
        } catch (VaultException e) {
            results.put(FileStatus.FILE_STATUS_FAILED, entry, String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Whether it is the file that was quarantined rather than something that started it. */
    private static boolean isTarget(VaultEntry entry) {
        return entry.sort() == VaultEntry.Sort.FILE && !entry.reason().companion();
    }

    private TaskResult ended(int chosen, FileResults results, boolean asked, List<String> damaged) {
        long failed = results.count(FileStatus.FILE_STATUS_FAILED);
        long files = results.count(FileStatus.FILE_STATUS_RESTORED);
        long entries = results.count(FileStatus.FILE_STATUS_PERSISTENCE_RESTORED);
        boolean nothing = chosen == 0;
        String message;
        boolean all = order.getOfActionId().isEmpty() && order.getHash().isEmpty();
        boolean good = failed == 0 && !asked && (damaged.isEmpty() || !all);
        if (nothing) {
            good = context.repeated() && damaged.isEmpty();
            message = good
                    ? "Everything was given back before the agent was restarted."
                    : "Nothing in this machine's vault fits this request.";
        } else {
            message = files + " files and " + entries + " entries that start them were given back"
                    + (failed > 0 ? ", " + failed + " were not; each says why." : ".")
                    + (asked ? " It was ended on request before all of them were given back." : "");
        }
        if (!damaged.isEmpty()) {
            message += " " + damaged.size() + " objects in the vault cannot be read, so nobody knows what they are: "
                    + String.join(", ", damaged.subList(0, Math.min(3, damaged.size()))) + ".";
        }
        return new TaskResult.Ended(Outcome.newBuilder()
                .setResult(good ? Result.RESULT_SUCCEEDED : Result.RESULT_FAILED)
                .setMessage(message)
                .addAllFiles(results.all())
                .addChecks(Check.newBuilder()
                        .setName("content")
                        .setPassed(failed == 0)
                        .setDetail("hash and metadata of each file were compared before it got its name back"))
                .build());
    }
}
