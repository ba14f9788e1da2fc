package dev.cordon.server.audit;

import static dev.cordon.server.audit.AuditTables.ACTOR;
import static dev.cordon.server.audit.AuditTables.AT;
import static dev.cordon.server.audit.AuditTables.DETAIL;
import static dev.cordon.server.audit.AuditTables.ENTRIES;
import static dev.cordon.server.audit.AuditTables.EVENT;
import static dev.cordon.server.audit.AuditTables.HASH;
import static dev.cordon.server.audit.AuditTables.NUMBER;
import static dev.cordon.server.audit.AuditTables.SUBJECT;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.Field;
import org.jooq.Record;

/**
 * What an administrator reads of the log: {@code GET /cordon/v1/audit} pages through the entries that a filter lets
 * through, {@code GET /cordon/v1/audit/export} writes them all, {@code GET /cordon/v1/audit/verification} checks the chain. Thread-safe.
 */
public final class Audit {

    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    static final List<Field<?>> COLUMNS = List.of(NUMBER, AT, ACTOR, EVENT, SUBJECT, DETAIL, HASH);

    private final Database database;
    private final HashChainedAuditLog log;
    private final AuditExport export;

    public Audit(Database database, HashChainedAuditLog log) {
        this.database = database;
        this.log = log;
        this.export = new AuditExport(database);
    }

    public List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.GET, "/cordon/v1/audit", this::list),
                Route.administration(HandlerType.GET, "/cordon/v1/audit/export", export::export),
                Route.administration(HandlerType.GET, "/cordon/v1/audit/verification", this::verification));
    }

    private void list(Context http, Caller caller) {
        var filter = AuditFilter.of(http, caller);
        boolean newestFirst = newestFirst(http);
        var from = newestFirst ? "before" : "after";
        long beyond = number(http, from, 0, Long.MAX_VALUE, newestFirst ? Long.MAX_VALUE : 0);
        int top = (int) number(http, "top", 1, MOST, USUAL);
        var entries = database.read(sql -> sql.select(COLUMNS)
                .from(ENTRIES)
                .where(filter, AuditFilter.beyond(beyond, newestFirst))
                .orderBy(newestFirst ? NUMBER.desc() : NUMBER.asc())
                .limit(top)
                .fetch(Audit::shown));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("value", entries);
        if (entries.size() == top) {
            answer.put(
                    newestFirst ? "nextBefore" : "nextAfter", entries.getLast().get("number"));
        }
        write(http, answer);
    }

    private static boolean newestFirst(Context http) {
        return switch (Objects.requireNonNullElse(http.queryParam("order"), "oldest")) {
            case "oldest" -> false;
            case "newest" -> true;
            default -> throw ApiException.invalidInput("The query parameter order takes oldest and newest.");
        };
    }

    private void verification(Context http, Caller caller) {
        var found = database.read(sql -> log.verify(sql, caller.tenantId()));
        var answer = new LinkedHashMap<String, Object>();
        switch (found) {
            case HashChainedAuditLog.Verification.Intact intact -> {
                answer.put("intact", true);
                answer.put("entries", intact.entries());
                answer.put("headHash", intact.headHash());
            }
            case HashChainedAuditLog.Verification.Broken broken -> {
                answer.put("intact", false);
                answer.put("firstBroken", broken.number());
            }
        }
        write(http, answer);
    }

    static Map<String, Object> shown(Record row) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("number", row.get(NUMBER));
        entry.put("at", ApiJson.instant(Instants.instant(row.get(AT))));
        entry.put("actor", row.get(ACTOR));
        entry.put("event", row.get(EVENT));
        entry.put("subject", row.get(SUBJECT));
        entry.put("detail", Json.MAPPER.readTree(row.get(DETAIL)));
        entry.put("hash", HexFormat.of().formatHex(row.get(HASH)));
        return entry;
    }

    private static long number(Context http, String name, long least, long most, long usual) {
        var given = http.queryParam(name);
        if (given == null || given.isEmpty()) {
            return usual;
        }
        try {
            long number = Long.parseLong(given);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, like a number out of bounds
        }
        throw ApiException.invalidInput(
                "The query parameter " + name + " must be a whole number from " + least + " to " + most + ".");
    }

    private static void write(Context http, Map<String, ?> answer) {
        http.contentType("application/json").result(Json.MAPPER.writeValueAsBytes(answer));
    }
}
