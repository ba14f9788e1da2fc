package dev.cordon.agent.quarantine;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One order to give back what is in the vault: of an action, of a hash with the entries that were taken along with it,
 * or all. Files come first, then what starts them. Each is given back or stays in the vault, and says which.
 */
record RestoreTask(Surroundings around, Vault vault, TaskContext context, Restore order) {

    TaskResult run() throws TaskException, InterruptedException {
        List<String> chosen;
        try {
            chosen = choose();
        } catch (IOException e) {
            throw new TaskException("the vault cannot be read: " + e.getMessage(), e);
        }
        var results = new FileResults();
        boolean services = false;
        boolean asked = false;
        int done = 0;
        for (var sort : List.of(VaultEntry.Sort.FILE, VaultEntry.Sort.LINK, VaultEntry.Sort.LINES)) {
            for (var id : chosen) {
                asked = asked || context.cancelled();
                if (asked) {
                    break;
                }
                services |= restore(id, sort, results);
                context.progress(Math.min(99, ++done * 33 / Math.max(1, chosen.size())), "giving files back");
            }
        }
        if (services) {
            around.services().reload();
        }
        return ended(chosen.size(), results, asked);
    }

    private List<String> choose() throws IOException {
        List<String> chosen = new ArrayList<>();
        Set<String> actions = new HashSet<>();
        boolean all = order.getOfActionId().isEmpty() && order.getHash().isEmpty();
        if (!order.getHash().isEmpty()) {
            var hash = FileHash.of(order.getHash());
            for (var id : vault.ids()) {
                if (vault.matches(id, hash)) {
                    actions.add(vault.entry(id).reason().actionId());
                }
            }
        }
        if (!order.getOfActionId().isEmpty()) {
            boolean both = !order.getHash().isEmpty() && !actions.contains(order.getOfActionId());
            actions.clear();
            if (!both) {
                actions.add(order.getOfActionId());
            }
        }
        for (var id : vault.ids()) {
            if (all || actions.contains(vault.entry(id).reason().actionId())) {
                chosen.add(id);
            }
        }
        return chosen;
    }

    /** Whether it may be something the service manager reads. */
    private boolean restore(String id, VaultEntry.Sort sort, FileResults results) {
        VaultEntry entry;
        boolean target;
        try {
            entry = vault.entry(id);
            if (entry.sort() != sort) {
                return false;
            }
            target = isTarget(entry);
        } catch (IOException e) {
            // given back just now in an earlier round
            return false;
        }
        try {
            var told = vault.restore(id);
            results.put(
                    target ? FileStatus.FILE_STATUS_RESTORED : FileStatus.FILE_STATUS_PERSISTENCE_RESTORED,
                    entry,
                    told);
            return entry.path().toString().contains("/systemd/");
        } catch (VaultException e) {
            results.put(FileStatus.FILE_STATUS_FAILED, entry, String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Whether it is the file that was quarantined rather than something that started it. */
    private static boolean isTarget(VaultEntry entry) {
        return entry.sort() == VaultEntry.Sort.FILE && !entry.reason().companion();
    }

    private TaskResult ended(int chosen, FileResults results, boolean asked) {
        long failed = results.count(FileStatus.FILE_STATUS_FAILED);
        long files = results.count(FileStatus.FILE_STATUS_RESTORED);
        long entries = results.count(FileStatus.FILE_STATUS_PERSISTENCE_RESTORED);
        boolean nothing = chosen == 0;
        String message;
        boolean good = failed == 0 && !asked;
        if (nothing) {
            good = context.repeated();
            message = good
                    ? "Everything was given back before the agent was restarted."
                    : "Nothing in this machine's vault fits this request.";
        } else {
            message = files + " files and " + entries + " entries that start them were given back"
                    + (failed > 0 ? ", " + failed + " were not; each says why." : ".")
                    + (asked ? " It was ended on request before all of them were given back." : "");
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
