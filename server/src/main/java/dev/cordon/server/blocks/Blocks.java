package dev.cordon.server.blocks;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.blocks.BlockTables.Files;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.odata.EntityModel;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.odata.ODataQuery;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /files/{sha1}/block}, {@code unblock} and {@code /fileactions}. A file is named by its SHA-1, or, beyond the
 * original, by its SHA-256 or MD5; {@code StopRunning} in the body ends running instances too. Thread-safe.
 */
public final class Blocks {

    private static final List<String> PERMISSIONS = List.of(Permissions.TI_READ_WRITE, Permissions.TI_READ_WRITE_ALL);
    private static final int LONGEST_COMMENT = 4_000;

    private static final EntityModel MODEL = EntityModel.of("FileActions", Files.TABLE, Files.SEQ, Files.COLUMNS)
            .folded("fileIdentifier", Files.HASH)
            .text("requestor", Files.REQUESTOR)
            .time("creationDateTimeUtc", Files.CREATED_AT)
            .time("lastUpdateDateTimeUtc", Files.UPDATED_AT)
            .shown(
                    "fileIdentifierType",
                    "actionType",
                    "fileStatus",
                    "requestorComment",
                    "cancellationDateTimeUtc",
                    "cancellationRequestor",
                    "cancellationComment")
            .newestFirst("creationDateTimeUtc")
            .build();

    private final Database database;
    private final BlockLists lists;
    private final AuditLog audit;
    private final InstantSource time;
    private final BlockReads reads;

    public Blocks(Database database, BlockLists lists, AuditLog audit, InstantSource time) {
        this.database = database;
        this.lists = lists;
        this.audit = audit;
        this.time = time;
        this.reads = new BlockReads(database, lists);
    }

    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (var face : List.of(Route.Face.DEFENDER, Route.Face.PREVIEW)) {
            routes.add(Route.anyOf(HandlerType.POST, face, "/files/{sha1}/block", PERMISSIONS, this::block));
            routes.add(Route.anyOf(HandlerType.POST, face, "/files/{sha1}/unblock", PERMISSIONS, this::unblock));
            routes.add(Route.anyOf(HandlerType.GET, face, "/fileactions", PERMISSIONS, this::list));
        }
        routes.addAll(reads.routes());
        return List.copyOf(routes);
    }

    private void block(Context http, Caller caller) {
        requireWholeTenant(caller);
        var hash = FileHash.parse(http.pathParam("sha1"));
        var body = JsonBody.object(http);
        var comment = comment(body);
        boolean stopRunning = JsonBody.flag(body, "StopRunning").orElse(false);
        var file = database.write(sql -> block(sql, caller, hash, comment, stopRunning));
        lists.changed(caller.tenantId());
        http.status(201).json(json(file, "Block"));
    }

    private void unblock(Context http, Caller caller) {
        requireWholeTenant(caller);
        var hash = FileHash.parse(http.pathParam("sha1"));
        var comment = comment(JsonBody.object(http));
        var file = database.write(sql -> unblock(sql, caller, hash, comment));
        lists.changed(caller.tenantId());
        http.status(201).json(json(file, "UnBlock"));
    }

    private void list(Context http, Caller caller) {
        var query = ODataQuery.of(http, MODEL);
        Condition blocked = Files.TENANT_ID.eq(caller.tenantId()).and(Files.BLOCKED.isTrue());
        var page = database.read(sql -> query.page(sql, blocked, BlockedFile::of));
        ODataAnswers.list(http, page.<ObjectNode>map(file -> json(file, "Block")));
    }

    /** Blocking what is blocked in the same way already changes nothing. */
    private BlockedFile block(DSLContext sql, Caller caller, FileHash hash, String comment, boolean stopRunning) {
        lists.hold(sql, caller.tenantId());
        var before = find(sql, caller.tenantId(), hash);
        if (before.filter(file -> file.blocked() && file.stopRunning() == stopRunning)
                .isPresent()) {
            return before.get();
        }
        long now = Instants.micros(time.instant());
        var row = new LinkedHashMap<org.jooq.Field<?>, @Nullable Object>();
        row.put(Files.VERSION, lists.next(sql, caller.tenantId()));
        row.put(Files.BLOCKED, true);
        row.put(Files.STOP_RUNNING, stopRunning);
        row.put(Files.REQUESTOR, caller.displayName());
        row.put(Files.REQUESTOR_COMMENT, comment);
        row.put(Files.CREATED_AT, now);
        row.put(Files.UPDATED_AT, now);
        row.put(Files.CANCELLATION_REQUESTOR, null);
        row.put(Files.CANCELLATION_COMMENT, null);
        row.put(Files.CANCELLED_AT, null);
        sql.insertInto(Files.TABLE)
                .set(Files.TENANT_ID, caller.tenantId())
                .set(Files.HASH, hash.hex())
                .set(row)
                .onConflict(Files.TENANT_ID, Files.HASH)
                .doUpdate()
                .set(row)
                .execute();
        tell(sql, caller, hash, "file.blocked", Map.of("comment", comment, "stopRunning", stopRunning));
        return find(sql, caller.tenantId(), hash).orElseThrow();
    }

    private BlockedFile unblock(DSLContext sql, Caller caller, FileHash hash, String comment) {
        lists.hold(sql, caller.tenantId());
        var before = find(sql, caller.tenantId(), hash)
                .orElseThrow(() -> ApiException.resourceNotFound("File " + hash.hex() + " is not blocked."));
        if (!before.blocked()) {
            return before;
        }
        long now = Instants.micros(time.instant());
        sql.update(Files.TABLE)
                .set(Files.VERSION, lists.next(sql, caller.tenantId()))
                .set(Files.BLOCKED, false)
                .set(Files.UPDATED_AT, now)
                .set(Files.CANCELLATION_REQUESTOR, caller.displayName())
                .set(Files.CANCELLATION_COMMENT, comment)
                .set(Files.CANCELLED_AT, now)
                .where(Files.TENANT_ID.eq(caller.tenantId()), Files.HASH.eq(hash.hex()))
                .execute();
        tell(sql, caller, hash, "file.unblocked", Map.of("comment", comment));
        return find(sql, caller.tenantId(), hash).orElseThrow();
    }

    private void tell(DSLContext sql, Caller caller, FileHash hash, String event, Map<String, ?> detail) {
        audit.append(sql, caller.tenantId(), caller.actor(), event, "file:" + hash.hex(), detail);
    }

    private static Optional<BlockedFile> find(DSLContext sql, String tenantId, FileHash hash) {
        return sql.select(Files.COLUMNS)
                .from(Files.TABLE)
                .where(Files.TENANT_ID.eq(tenantId), Files.HASH.eq(hash.hex()))
                .fetchOptional(BlockedFile::of);
    }

    /** A block reaches every machine, so nobody may make one who may not act on every machine. */
    private static void requireWholeTenant(Caller caller) {
        if (!(caller.machines() instanceof MachineScope.All)) {
            throw ApiException.forbidden("Blocking a file reaches every machine of the organisation; the user's roles"
                    + " reach only some machine groups.");
        }
    }

    private static String comment(ObjectNode body) {
        var comment = JsonBody.text(body, "Comment").orElseThrow(() -> ApiException.missingParameter("Comment"));
        if (comment.isBlank() || comment.length() > LONGEST_COMMENT || comment.indexOf('\0') >= 0) {
            throw ApiException.invalidRequestBody(
                    "Request body is incorrect: Comment must have 1 to " + LONGEST_COMMENT + " characters.");
        }
        return comment;
    }

    private static ObjectNode json(BlockedFile file, String actionType) {
        return Json.MAPPER
                .createObjectNode()
                .put("fileIdentifier", file.hash().hex())
                .put("fileIdentifierType", file.hash().kind().word())
                .put("actionType", actionType)
                .put("fileStatus", file.blocked() ? "Blocked" : "Unblocked")
                .put("creationDateTimeUtc", ApiJson.instant(file.createdAt()))
                .put("requestor", file.requestor())
                .put("requestorComment", file.requestorComment())
                .put("cancellationDateTimeUtc", instant(file.cancelledAt()))
                .put("cancellationRequestor", file.cancellationRequestor())
                .put("cancellationComment", file.cancellationComment())
                .put("lastUpdateDateTimeUtc", ApiJson.instant(file.updatedAt()));
    }

    private static @Nullable String instant(@Nullable Instant instant) {
        return instant == null ? null : ApiJson.instant(instant);
    }
}
