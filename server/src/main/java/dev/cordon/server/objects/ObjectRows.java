package dev.cordon.server.objects;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.objects.ObjectTables.Objects;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Reads and writes {@code objects}. Stateless. */
final class ObjectRows {

    private ObjectRows() {}

    static void insert(DSLContext sql, StoredObject object, long createdAt) {
        sql.insertInto(Objects.TABLE)
                .set(Objects.ID, object.id())
                .set(Objects.TENANT_ID, object.tenantId())
                .set(Objects.MACHINE_ID, object.machineId())
                .set(Objects.ACTION_ID, object.actionId())
                .set(Objects.UPLOAD_ID, object.uploadId())
                .set(Objects.KIND, object.kind())
                .set(Objects.NAME, object.name())
                .set(Objects.SIZE, object.size())
                .set(Objects.SHA256, object.sha256())
                .set(Objects.WRAPPED_KEY, object.wrappedKey())
                .set(Objects.CREATED_AT, createdAt)
                .execute();
    }

    static Optional<StoredObject> ofUpload(DSLContext sql, MachineRef machine, String uploadId) {
        return sql.select(StoredObject.COLUMNS)
                .from(Objects.TABLE)
                .where(Objects.TENANT_ID.eq(machine.tenantId()), Objects.MACHINE_ID.eq(machine.machineId()))
                .and(Objects.UPLOAD_ID.eq(uploadId))
                .fetchOptional(StoredObject::of);
    }

    /** What an action brought and is still here, in the order of its arrival. */
    static List<StoredObject> ofAction(DSLContext sql, String tenantId, String actionId) {
        return sql.select(StoredObject.COLUMNS)
                .from(Objects.TABLE)
                .where(Objects.TENANT_ID.eq(tenantId), Objects.ACTION_ID.eq(actionId))
                .and(Objects.COMPLETED_AT.isNotNull())
                .and(Objects.DELETED_AT.isNull())
                .orderBy(Objects.COMPLETED_AT, Objects.ID)
                .fetch(StoredObject::of);
    }

    static int countOfAction(DSLContext sql, String actionId) {
        return sql.fetchCount(Objects.TABLE, Objects.ACTION_ID.eq(actionId));
    }

    static void remove(DSLContext sql, String id) {
        sql.deleteFrom(Objects.TABLE).where(Objects.ID.eq(id)).execute();
    }

    /** The content is gone; the row stays, so that it is known what was here. Links no longer open it. */
    static void deleted(DSLContext sql, String id, long at) {
        sql.update(Objects.TABLE)
                .set(Objects.DELETED_AT, at)
                .set(Objects.WRAPPED_KEY, new byte[0])
                .where(Objects.ID.eq(id))
                .execute();
    }
}
