package dev.cordon.server.objects;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.objects.ObjectTables.Links;
import dev.cordon.server.objects.ObjectTables.Objects;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what the tenants' settings do not keep any longer, uploads that nobody went on with for a day, and links whose
 * time was over a month ago. Thread-safe.
 */
public final class ObjectSweep implements AutoCloseable {

    static final Duration HALF_UPLOADS = Duration.ofDays(1);
    private static final Duration OLD_LINKS = Duration.ofDays(30);
    private static final Logger LOG = LoggerFactory.getLogger(ObjectSweep.class);

    private final Database database;
    private final ObjectFiles files;
    private final Tenants tenants;
    private final AuditLog audit;
    private final InstantSource time;
    private final CountDownLatch closed = new CountDownLatch(1);

    public ObjectSweep(Database database, ObjectFiles files, Tenants tenants, AuditLog audit, InstantSource time) {
        this.database = database;
        this.files = files;
        this.tenants = tenants;
        this.audit = audit;
        this.time = time;
    }

    /** Starts to look, at this interval, until closed. */
    public void start(Duration interval) {
        Thread.ofVirtual().name("cordon-object-sweep").start(() -> loop(interval));
    }

    /** Deletes what is due by now. */
    public void runOnce() throws IOException {
        var now = time.instant();
        for (var tenant : database.read(tenants::all)) {
            var retention = database.read(sql -> tenants.settings(sql, tenant.id()))
                    .objects()
                    .retention();
            var old = database.read(sql -> sql.select(StoredObject.COLUMNS)
                    .from(Objects.TABLE)
                    .where(Objects.TENANT_ID.eq(tenant.id()), Objects.DELETED_AT.isNull())
                    .and(Objects.COMPLETED_AT.le(Instants.micros(now.minus(retention))))
                    .fetch(StoredObject::of));
            for (var object : old) {
                expire(object, now);
            }
        }
        var half = database.read(sql -> sql.select(StoredObject.COLUMNS)
                .from(Objects.TABLE)
                .where(Objects.COMPLETED_AT.isNull(), Objects.DELETED_AT.isNull())
                .and(Objects.CREATED_AT.le(Instants.micros(now.minus(HALF_UPLOADS))))
                .fetch(StoredObject::of));
        for (var object : half) {
            if (abandoned(object, now)) {
                database.write(sql -> {
                    ObjectRows.remove(sql, object.id());
                    return object;
                });
                files.delete(object.id());
            }
        }
        database.write(sql -> sql.deleteFrom(Links.TABLE)
                .where(Links.EXPIRES_AT.le(Instants.micros(now.minus(OLD_LINKS))))
                .execute());
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void expire(StoredObject object, Instant now) throws IOException {
        database.write(sql -> {
            ObjectRows.deleted(sql, object.id(), Instants.micros(now));
            audit.append(
                    sql,
                    object.tenantId(),
                    "server",
                    "object.expired",
                    "object:" + object.id(),
                    Map.of("actionId", object.actionId(), "name", object.name()));
            return object;
        });
        files.delete(object.id());
    }

    private boolean abandoned(StoredObject object, Instant now) throws IOException {
        var path = files.path(object.id());
        return !Files.exists(path)
                || Files.getLastModifiedTime(path).toInstant().isBefore(now.minus(HALF_UPLOADS));
    }

    private void loop(Duration interval) {
        try {
            do {
                try {
                    runOnce();
                } catch (IOException | StoreException | DataAccessException e) {
                    LOG.atError().setCause(e).log("old objects could not be deleted; trying again");
                }
            } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
