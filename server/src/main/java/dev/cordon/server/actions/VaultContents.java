package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.server.actions.ActionTables.Quarantined;
import org.jooq.DSLContext;

/**
 * Keeps account of which files are in the machines' vaults. Every report counts, also one of an action that failed or
 * had timed out: what the machine did to its files is done all the same. Without state.
 */
final class VaultContents {

    private VaultContents() {}

    /** Takes down what an outcome says of files. Runs in the caller's transaction. */
    static void told(DSLContext sql, MachineRef machine, MachineAction action, Outcome outcome, long now) {
        outcome.getFilesList().stream()
                .limit(ReportText.MOST_FILES)
                .filter(file -> !file.getVaultId().isEmpty())
                .forEach(file -> {
                    if (file.getStatus() == FileStatus.FILE_STATUS_QUARANTINED) {
                        came(sql, machine, action, file, now);
                    } else if (file.getStatus() == FileStatus.FILE_STATUS_RESTORED) {
                        went(sql, machine, file);
                    }
                });
    }

    private static void came(DSLContext sql, MachineRef machine, MachineAction action, FileResult file, long now) {
        sql.insertInto(Quarantined.TABLE)
                .set(Quarantined.TENANT_ID, machine.tenantId())
                .set(Quarantined.MACHINE_ID, machine.machineId())
                .set(Quarantined.VAULT_ID, ReportText.vaultId(file))
                .set(Quarantined.ACTION_ID, action.id())
                .set(Quarantined.COMPUTER_DNS_NAME, action.computerDnsName())
                .set(Quarantined.PATH, ReportText.path(file))
                .set(Quarantined.SIZE, Math.max(0, file.getSize()))
                .set(Quarantined.SHA256, ReportText.hash(file.getSha256()))
                .set(Quarantined.QUARANTINED_AT, now)
                .onConflictDoNothing()
                .execute();
    }

    private static void went(DSLContext sql, MachineRef machine, FileResult file) {
        sql.deleteFrom(Quarantined.TABLE)
                .where(Quarantined.TENANT_ID.eq(machine.tenantId()))
                .and(Quarantined.MACHINE_ID.eq(machine.machineId()))
                .and(Quarantined.VAULT_ID.eq(ReportText.vaultId(file)))
                .execute();
    }
}
