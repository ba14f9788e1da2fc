package dev.cordon.server.objects;

import dev.cordon.server.objects.ObjectTables.Objects;
import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * An object and where it came from.
 *
 * @param kind {@link #PACKAGE} or {@link #SAMPLE}
 * @param name a file name, never a path
 * @param sha256 of the whole object, lower-case hex
 * @param completedAt when all of it was here and its hash was right; null before
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredObject(
        String id,
        String tenantId,
        String machineId,
        String actionId,
        String uploadId,
        String kind,
        String name,
        long size,
        String sha256,
        byte[] wrappedKey,
        @Nullable Instant completedAt,
        @Nullable Instant deletedAt) {

    static final String PACKAGE = "Package";
    static final String SAMPLE = "Sample";

    static final List<Field<?>> COLUMNS = List.of(
            Objects.ID,
            Objects.TENANT_ID,
            Objects.MACHINE_ID,
            Objects.ACTION_ID,
            Objects.UPLOAD_ID,
            Objects.KIND,
            Objects.NAME,
            Objects.SIZE,
            Objects.SHA256,
            Objects.WRAPPED_KEY,
            Objects.COMPLETED_AT,
            Objects.DELETED_AT);

    static StoredObject of(Record row) {
        return new StoredObject(
                row.get(Objects.ID),
                row.get(Objects.TENANT_ID),
                row.get(Objects.MACHINE_ID),
                row.get(Objects.ACTION_ID),
                row.get(Objects.UPLOAD_ID),
                row.get(Objects.KIND),
                row.get(Objects.NAME),
                row.get(Objects.SIZE),
                row.get(Objects.SHA256),
                row.get(Objects.WRAPPED_KEY),
                instant(row.get(Objects.COMPLETED_AT)),
                instant(row.get(Objects.DELETED_AT)));
    }

    boolean isWhole() {
        return completedAt != null && deletedAt == null;
    }

    private static @Nullable Instant instant(@Nullable Long micros) {
        return micros == null ? null : Instants.instant(micros);
    }

    @Override
    public String toString() {
        return kind + " " + id + " of " + actionId;
    }
}
