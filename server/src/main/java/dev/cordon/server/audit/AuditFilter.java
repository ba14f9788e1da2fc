package dev.cordon.server.audit;

import static dev.cordon.server.audit.AuditTables.ACTOR;
import static dev.cordon.server.audit.AuditTables.AT;
import static dev.cordon.server.audit.AuditTables.DETAIL;
import static dev.cordon.server.audit.AuditTables.EVENT;
import static dev.cordon.server.audit.AuditTables.NUMBER;
import static dev.cordon.server.audit.AuditTables.SUBJECT;
import static dev.cordon.server.audit.AuditTables.TENANT_ID;

import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the log a request is for: {@code text} (a part of anything that stands in the entry), {@code actor}
 * (a part of it), {@code event} (several, or beginnings of them), {@code subject}, {@code machineId}, {@code from},
 * {@code to}. All that are given must be met.
 */
final class AuditFilter {

    private static final int LONGEST = 200;
    private static final int MOST_WORDS = 50;

    private AuditFilter() {}

    static Condition of(Context http, Caller caller) {
        var conditions = new ArrayList<Condition>();
        conditions.add(TENANT_ID.eq(caller.tenantId()));
        text(http, "text")
                .map(text -> DSL.or(holds(ACTOR, text), holds(EVENT, text), holds(SUBJECT, text), holds(DETAIL, text)))
                .ifPresent(conditions::add);
        text(http, "actor").map(text -> holds(ACTOR, text)).ifPresent(conditions::add);
        text(http, "event").map(AuditFilter::events).ifPresent(conditions::add);
        text(http, "subject").map(SUBJECT::eq).ifPresent(conditions::add);
        text(http, "machineId")
                .map(id -> AuditReads.ofMachine(id.toLowerCase(Locale.ROOT)))
                .ifPresent(conditions::add);
        time(http, "from").map(AT::ge).ifPresent(conditions::add);
        time(http, "to").map(AT::lt).ifPresent(conditions::add);
        return DSL.and(conditions);
    }

    /** The entries on one side of a number. */
    static Condition beyond(long number, boolean newestFirst) {
        return newestFirst ? NUMBER.lt(number) : NUMBER.gt(number);
    }

    /** {@code action} and {@code action.*} hold every event of actions. */
    private static Condition events(String text) {
        List<Condition> any = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .limit(MOST_WORDS)
                .map(word -> word.endsWith(".*") ? word.substring(0, word.length() - 2) : word)
                .<Condition>map(word -> EVENT.eq(word).or(EVENT.startsWith(word + ".")))
                .toList();
        return DSL.or(any);
    }

    private static Condition holds(Field<String> field, String text) {
        return DSL.position(DSL.lower(field), DSL.val(text.toLowerCase(Locale.ROOT)))
                .gt(0);
    }

    private static Optional<Long> time(Context http, String name) {
        return text(http, name).map(text -> {
            try {
                return Instants.micros(
                        OffsetDateTime.parse(text.replace(' ', '+')).toInstant());
            } catch (DateTimeException | ArithmeticException e) {
                throw ApiException.invalidInput(
                        "The query parameter " + name + " must be a time such as 2026-03-05T10:15:30Z.");
            }
        });
    }

    private static Optional<String> text(Context http, String name) {
        @Nullable String given = http.queryParam(name);
        if (given == null || given.isBlank()) {
            return Optional.empty();
        }
        if (given.length() > LONGEST) {
            throw ApiException.invalidInput("The query parameter " + name + " is longer than " + LONGEST + ".");
        }
        return Optional.of(given.strip());
    }
}
