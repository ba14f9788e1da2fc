package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * A machine action as it is stored.
 *
 * @param requestorId the application's or user's id; {@code requestor} is what the API shows
 * @param expiresAt when it ends as {@code TimeOut} unless it ended before
 * @param scope how far it goes, for example {@code Full}; null for types that know no scope
 * @param relatedFile hash of the file it is about, in lower-case hex
 * @param commands JSON array
 * @param outcome JSON of what the machine looked at and found; null until it has said
 */
record MachineAction(
        String tenantId,
        String id,
        ActionType type,
        @Nullable String title,
        String requestor,
        String requestorId,
        String requestorComment,
        Status status,
        String machineId,
        @Nullable String computerDnsName,
        Instant createdAt,
        Instant updatedAt,
        Instant expiresAt,
        @Nullable String cancellationRequestor,
        @Nullable String cancellationComment,
        @Nullable Instant cancelledAt,
        int errorHResult,
        @Nullable String scope,
        @Nullable String externalId,
        String requestSource,
        @Nullable String relatedFile,
        String commands,
        @Nullable String troubleshootInfo,
        @Nullable String outcome) {

    static final List<Field<?>> COLUMNS = List.of(
            Action.TENANT_ID,
            Action.ID,
            Action.TYPE,
            Action.TITLE,
            Action.REQUESTOR,
            Action.REQUESTOR_ID,
            Action.REQUESTOR_COMMENT,
            Action.STATUS,
            Action.MACHINE_ID,
            Action.COMPUTER_DNS_NAME,
            Action.CREATED_AT,
            Action.UPDATED_AT,
            Action.EXPIRES_AT,
            Action.CANCELLATION_REQUESTOR,
            Action.CANCELLATION_COMMENT,
            Action.CANCELLED_AT,
            Action.ERROR_HRESULT,
            Action.SCOPE,
            Action.EXTERNAL_ID,
            Action.REQUEST_SOURCE,
            Action.RELATED_FILE,
            Action.COMMANDS,
            Action.TROUBLESHOOT_INFO,
            Action.OUTCOME);

    static MachineAction of(Record row) {
        return new MachineAction(
                row.get(Action.TENANT_ID),
                row.get(Action.ID),
                ActionType.of(row.get(Action.TYPE)),
                row.get(Action.TITLE),
                row.get(Action.REQUESTOR),
                row.get(Action.REQUESTOR_ID),
                row.get(Action.REQUESTOR_COMMENT),
                Status.of(row.get(Action.STATUS)),
                row.get(Action.MACHINE_ID),
                row.get(Action.COMPUTER_DNS_NAME),
                Instants.instant(row.get(Action.CREATED_AT)),
                Instants.instant(row.get(Action.UPDATED_AT)),
                Instants.instant(row.get(Action.EXPIRES_AT)),
                row.get(Action.CANCELLATION_REQUESTOR),
                row.get(Action.CANCELLATION_COMMENT),
                instant(row.get(Action.CANCELLED_AT)),
                row.get(Action.ERROR_HRESULT),
                row.get(Action.SCOPE),
                row.get(Action.EXTERNAL_ID),
                row.get(Action.REQUEST_SOURCE),
                row.get(Action.RELATED_FILE),
                row.get(Action.COMMANDS),
                row.get(Action.TROUBLESHOOT_INFO),
                row.get(Action.OUTCOME));
    }

    private static @Nullable Instant instant(@Nullable Long micros) {
        return micros == null ? null : Instants.instant(micros);
    }
}
