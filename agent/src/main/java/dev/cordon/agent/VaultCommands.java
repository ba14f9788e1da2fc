package dev.cordon.agent;

import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.agent.vault.Vault;
import dev.cordon.agent.vault.VaultEntry;
import dev.cordon.agent.vault.VaultException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code vault list} and {@code vault restore}: what to do when the server is gone. Only without a running agent, which
 * has the vault to itself.
 */
record VaultCommands(StateDirectory state, Log log, PrintStream out) {

    private interface Work {
        int run(Vault vault) throws IOException, AgentException;
    }

    int list() throws IOException, AgentException {
        return with(vault -> {
            var ids = vault.ids();
            for (var id : ids) {
                var entry = vault.entry(id);
                out.printf(
                        "%s  %s  %-5s  %9d  %s  action %s%n",
                        id,
                        entry.at().truncatedTo(ChronoUnit.SECONDS),
                        entry.sort().name().toLowerCase(java.util.Locale.ROOT),
                        entry.size(),
                        entry.path(),
                        entry.reason().actionId());
            }
            out.println(ids.isEmpty() ? "the vault is empty" : ids.size() + " in the vault " + vault.path());
            return 0;
        });
    }

    /** @param wanted the id of an object or of an action, a SHA-256, or {@code all} */
    int restore(String wanted) throws IOException, AgentException {
        return with(vault -> {
            List<String> chosen = new ArrayList<>();
            // what starts a file comes after the file
            for (var sort : VaultEntry.Sort.values()) {
                for (var id : vault.ids()) {
                    var entry = vault.entry(id);
                    if (entry.sort() == sort && fits(entry, wanted)) {
                        chosen.add(id);
                    }
                }
            }
            if (chosen.isEmpty()) {
                throw new AgentException(
                        "nothing in the vault has this id, action or hash; 'cordon agent vault list' shows what is there",
                        null);
            }
            boolean all = true;
            for (var id : chosen) {
                all &= restore(vault, id);
            }
            return all ? 0 : 1;
        });
    }

    private static boolean fits(VaultEntry entry, String wanted) {
        return wanted.equals("all")
                || wanted.equals(entry.id())
                || wanted.equals(entry.reason().actionId())
                || wanted.equalsIgnoreCase(entry.sha256());
    }

    private boolean restore(Vault vault, String id) throws IOException {
        var path = vault.entry(id).path();
        try {
            var told = vault.restore(id);
            out.println("restored " + path + (told.isEmpty() ? "" : ": " + told));
            return true;
        } catch (VaultException e) {
            out.println("NOT restored " + path + ": " + e.getMessage());
            return false;
        }
    }

    private int with(Work work) throws IOException, AgentException {
        if (!Files.isDirectory(state.path().resolve("vault"))) {
            throw new AgentException("there is no vault in " + state.path() + ": give the agent's --state DIR", null);
        }
        try (var lock = state.tryLock()
                        .orElseThrow(() -> new AgentException(
                                "the agent is running and has the vault to itself: restore from the server, or stop it"
                                        + " first ('systemctl stop cordon-agent')",
                                null));
                var vault = Vault.open(state.path(), new LinuxFileCalls(), Clock.systemUTC(), log)) {
            return work.run(vault);
        }
    }
}
