package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.FIRST_SEEN;
import static dev.cordon.server.machines.MachineTable.IP_ADDRESSES;
import static dev.cordon.server.machines.MachineTable.LAST_SEEN;
import static dev.cordon.server.machines.MachineTable.TAG;
import static dev.cordon.server.machines.MachineTable.TAGS;
import static dev.cordon.server.machines.MachineTable.ofThisMachine;
import static dev.cordon.server.web.Permissions.MACHINE_READ_ALL;
import static dev.cordon.server.web.Permissions.MACHINE_READ_WRITE_ALL;

import dev.cordon.protocol.AddressText;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.odata.ODataQuery;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import tools.jackson.databind.node.ObjectNode;

/** The reading endpoints of machines. Thread-safe. */
final class MachineReads {

    private static final List<String> READ = List.of(MACHINE_READ_ALL, MACHINE_READ_WRITE_ALL);

    private static final Pattern BY_IP = Pattern.compile(
            "\\(\\s*ip\\s*=\\s*'([^']*)'\\s*,\\s*timestamp\\s*=\\s*'?([^')]+)'?\\s*\\)", Pattern.CASE_INSENSITIVE);

    private static final Duration AROUND = Duration.ofMinutes(15);
    private static final Duration LOOK_BACK = Duration.ofDays(30);

    private final Database database;
    private final Machines machines;
    private final InstantSource time;

    MachineReads(Database database, Machines machines, InstantSource time) {
        this.database = database;
        this.machines = machines;
        this.time = time;
    }

    List<Route> routes() {
        return List.of(
                read("/machines", this::list),
                read("/machines/$count", this::count),
                read("/machines/findbytag", this::byTag),
                read("/machines/findbyip{arguments}", this::byAddress),
                read("/machines/{id}", this::one));
    }

    private static Route read(String path, Route.Handler.Authenticated handler) {
        return Route.anyOf(HandlerType.GET, Route.Face.DEFENDER, path, READ, handler);
    }

    private void list(Context http, Caller caller) {
        answer(http, caller, DSL.noCondition());
    }

    private void count(Context http, Caller caller) {
        var query = ODataQuery.of(http, MachineModel.MODEL);
        ODataAnswers.count(http, database.read(sql -> query.count(sql, Machines.visible(caller))));
    }

    private void one(Context http, Caller caller) {
        var id = http.pathParam("id");
        var machine = database.read(sql -> machines.require(sql, caller, id));
        ODataAnswers.entity(http, MachineModel.SET, MachineJson.write(machine));
    }

    private void byTag(Context http, Caller caller) {
        var tag = http.queryParam("tag");
        if (tag == null || tag.isEmpty()) {
            throw ApiException.missingParameter("tag");
        }
        boolean prefix = "true".equalsIgnoreCase(http.queryParam("useStartsWithFilter"));
        var fits = prefix ? DSL.left(TAG, tag.codePointCount(0, tag.length())).eq(tag) : TAG.eq(tag);
        answer(http, caller, DSL.exists(DSL.selectOne().from(TAGS).where(ofThisMachine(), fits)));
    }

    /**
     * Machines with an address at a time. Only the addresses of now are known, so a machine counts if it has the address
     * now and was there then.
     */
    private void byAddress(Context http, Caller caller) {
        var arguments = BY_IP.matcher(http.pathParam("arguments"));
        if (!arguments.matches()) {
            throw ApiException.badRequest("Write findbyip(ip='ADDRESS',timestamp=TIME).");
        }
        var address = arguments.group(1).strip();
        var canonical = canonical(address);
        var at = at(arguments.group(2).strip());
        var had = DSL.position(IP_ADDRESSES, "\"ipAddress\":\"" + canonical + "\"")
                .gt(0);
        answer(
                http,
                caller,
                had.and(LAST_SEEN.ge(Instants.micros(at.toInstant().minus(AROUND))))
                        .and(FIRST_SEEN.le(Instants.micros(at.toInstant().plus(AROUND)))));
    }

    private static String canonical(String address) {
        try {
            return AddressText.of(address);
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, "InvalidIpAddress", "IP address " + address + " is invalid.");
        }
    }

    private OffsetDateTime at(String text) {
        OffsetDateTime at;
        try {
            at = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT).replace(' ', '+'));
        } catch (DateTimeException e) {
            throw ApiException.badRequest("timestamp must be a time such as 2026-03-05T10:15:30Z.");
        }
        var now = time.instant();
        if (at.toInstant().isBefore(now.minus(LOOK_BACK)) || at.toInstant().isAfter(now.plus(AROUND))) {
            throw ApiException.badRequest("timestamp must lie within the last 30 days.");
        }
        return at;
    }

    private void answer(Context http, Caller caller, Condition scope) {
        var query = ODataQuery.of(http, MachineModel.MODEL);
        var page = database.read(sql -> query.page(sql, Machines.visible(caller).and(scope), MachineRows::machine));
        ODataAnswers.list(http, page.<ObjectNode>map(MachineJson::write));
    }
}
