package dev.cordon.server.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What filters find, on both engines, and what is said of those that are wrong. */
final class FilterTest {

    private static final Map<Engine, Database> DATABASES = new EnumMap<>(Engine.class);
    private static final EntityModel MODEL = Things.model().build();

    @BeforeAll
    static void fill() {
        for (var engine : Engine.values()) {
            var database = engine.fresh();
            DATABASES.put(engine, database);
            Things.create(database);
            Things.insert(
                    database,
                    1,
                    "7b5ab0f4-0000-4000-8000-000000000001",
                    "web-1.example.com",
                    "O'Brien 100%_!",
                    "Pending",
                    10L,
                    "2018-08-01T00:00:00Z",
                    true,
                    "Lab",
                    "Berlin");
            Things.insert(
                    database,
                    2,
                    "a1b2c3d4-0000-4000-8000-000000000002",
                    "web-2.example.com",
                    "Ärger",
                    "InProgress",
                    20L,
                    "2018-08-01T12:30:00.123456Z",
                    false,
                    "lab");
            Things.insert(
                    database,
                    3,
                    "cccccccccccccccccccccccccccccccccccccccc",
                    "db_1.example.com",
                    "100x",
                    "Succeeded",
                    null,
                    "2018-08-02T00:00:00Z",
                    false);
            Things.insert(
                    database,
                    4,
                    "4",
                    null,
                    "analyst@example.com",
                    "TimeOut",
                    -5L,
                    "2026-01-01T00:00:00Z",
                    true,
                    "it's");
        }
    }

    @AfterAll
    static void close() {
        DATABASES.values().forEach(Database::close);
    }

    static Stream<Arguments> filters() {
        var rows = new ArrayList<Arguments>();
        for (var engine : Engine.values()) {
            samples().forEach((filter, expected) -> rows.add(Arguments.of(engine, filter, expected)));
        }
        return rows.stream();
    }

    private static Map<String, String> samples() {
        return Map.ofEntries(
                Map.entry("status eq 'Pending'", "1"),
                Map.entry("Status EQ 'pENDING'", "1"),
                Map.entry("status ne 'Pending'", "2 3 4"),
                Map.entry("'Pending' eq status", "1"),
                Map.entry("20 gt size", "1 4"),
                Map.entry("20 le size", "2"),
                Map.entry("status eq 'Pending' or status eq 'TimeOut' and loud eq false", "1"),
                Map.entry("(status eq 'Pending' or status eq 'TimeOut') and loud eq true", "1 4"),
                Map.entry("(status eq 'Pending')and(loud eq true)", "1"),
                Map.entry("status eq'Pending'OR(loud eq false)", "1 2 3"),
                Map.entry("computerDnsName eq 'WEB-1.example.com' AND status in ('Pending','InProgress')", "1"),
                Map.entry("status in('pending' , 'TIMEOUT')", "1 4"),
                Map.entry("id in ('4', '7B5AB0F4-0000-4000-8000-000000000001')", "1 4"),
                Map.entry("id in (7b5ab0f4-0000-4000-8000-000000000001,a1b2c3d4-0000-4000-8000-000000000002)", "1 2"),
                Map.entry("id eq 7b5ab0f4-0000-4000-8000-000000000001", "1"),
                Map.entry("id eq a1b2c3d4-0000-4000-8000-000000000002", "2"),
                Map.entry("id eq CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", "3"),
                Map.entry("computerDnsName in ('web-1.example.com', null)", "1 4"),
                Map.entry("computerDnsName eq null", "4"),
                Map.entry("computerDnsName ne null", "1 2 3"),
                Map.entry("computerDnsName gt null", ""),
                Map.entry("computerDnsName ne 'web-1.example.com'", "2 3 4"),
                Map.entry("not (computerDnsName eq 'web-1.example.com')", "2 3 4"),
                Map.entry("not computerDnsName eq 'web-1.example.com'", "2 3 4"),
                Map.entry("not (not (computerDnsName eq 'web-1.example.com'))", "1"),
                Map.entry("not size gt 15", "1 3 4"),
                Map.entry("not contains(computerDnsName,'web')", "3 4"),
                Map.entry("startswith(computerDnsName,'WEB')", "1 2"),
                Map.entry("startswith(computerDnsName, 'db_')", "3"),
                Map.entry("startswith(title,'100%')", ""),
                Map.entry("startswith(title,'100')", "3"),
                Map.entry("startswith(title,'a')", "4"),
                Map.entry("startswith(title,'A')", ""),
                Map.entry("startswith(title,'Ä')", "2"),
                Map.entry("startswith(computerDnsName,'')", "1 2 3"),
                Map.entry("startswith(computerDnsName,'web') eq true", "1 2"),
                Map.entry("startswith(computerDnsName,'web') eq false", "3 4"),
                Map.entry("contains(title,'100%_!')", "1"),
                Map.entry("contains(title,'%')", "1"),
                Map.entry("contains(title,'O''Brien')", "1"),
                Map.entry("contains(title,'o''brien')", ""),
                Map.entry("contains(tolower(title),'o''brien')", "1"),
                Map.entry("contains(status,'pro')", "2"),
                Map.entry("contains(tolower(computerDnsName),tolower('EXAMPLE'))", "1 2 3"),
                Map.entry("endswith(title,'_!')", "1"),
                Map.entry("endswith(title,'ger')", "2"),
                Map.entry("endswith(title,'')", "1 2 3 4"),
                Map.entry("tolower(title) eq 'o''brien 100%_!'", "1"),
                Map.entry("toupper(status) eq 'PENDING'", "1"),
                Map.entry("title eq 'analyst@example.com'", "4"),
                Map.entry("title eq 'Analyst@example.com'", ""),
                Map.entry("requestor eq 'Analyst@Example.com'", "4"),
                Map.entry("requestor ne 'Analyst@Example.com'", "1 2 3"),
                Map.entry("requestor in ('ANALYST@example.com','Ärger')", "2 4"),
                Map.entry("requestor eq 'O''Brien 100%_!'", "1"),
                Map.entry("requestor eq 'o''brien 100%_!'", ""),
                Map.entry("startswith(requestor,'Analyst@')", "4"),
                Map.entry("not contains(requestor,'ANALYST')", "1 2 3"),
                Map.entry("tolower(requestor) eq 'o''brien 100%_!'", "1"),
                Map.entry("lastUpdateDateTimeUtc gt 2018-08-01Z", "2 3 4"),
                Map.entry("lastUpdateTimeUtc ge 2018-08-01Z", "1 2 3 4"),
                Map.entry("lastUpdateDateTimeUtc ge 2018-08-02", "3 4"),
                Map.entry("lastUpdateDateTimeUtc lt '2018-08-02T00:00:00Z'", "1 2"),
                Map.entry("lastUpdateDateTimeUtc eq 2018-08-01T14:30:00.1234567+02:00", "2"),
                Map.entry("lastUpdateDateTimeUtc eq 2018-08-01T14:30:00.1234567 02:00", "2"),
                Map.entry("lastUpdateDateTimeUtc ge 2026-01-01T00:00:00.000000Z", "4"),
                Map.entry("lastUpdateDateTimeUtc le 2018-08-01T12:30Z", "1"),
                Map.entry("lastUpdateDateTimeUtc le 2018-08-01t12:30:01z", "1 2"),
                Map.entry("size eq -5", "4"),
                Map.entry("size eq '20'", "2"),
                Map.entry("size eq null", "3"),
                Map.entry("loud", "1 4"),
                Map.entry("not loud", "2 3"),
                Map.entry("loud ne true", "2 3"),
                Map.entry("machineTags/any(tag: tag eq 'Lab')", "1"),
                Map.entry("machineTags/any(tag:tag eq 'Lab')", "1"),
                Map.entry("MachineTags/Any(x : tolower(x) eq 'lab')", "1 2"),
                Map.entry("machineTags/any(tag: startswith(tag,'Ber') or tag eq 'it''s')", "1 4"),
                Map.entry("not machineTags/any(tag: tag eq 'Lab')", "2 3 4"),
                Map.entry("machineTags/any()", "1 2 4"),
                Map.entry("machineTags/any(tag: tag in ('lab','it''s')) and loud eq true", "4"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("filters")
    void whenFilteredThenExactlyTheseAreFound(Engine engine, String filter, String expected) {
        assertThat(String.join(" ", found(engine, filter))).isEqualTo(expected);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("status", 1, "status alone is no condition"),
                Arguments.of("status eq", 10, "found the end where"),
                Arguments.of("status 'x'", 8, "and, or or the end was expected"),
                Arguments.of("colour eq 'red'", 1, "cannot be filtered by colour"),
                Arguments.of("shape eq 'red'", 1, "cannot be filtered by shape"),
                Arguments.of("status eq 'Done'", 8, "status takes one of Pending, InProgress, Succeeded, TimeOut"),
                Arguments.of("size gt 'big'", 6, "size takes a whole number"),
                Arguments.of("size gt 99999999999999999999", 6, "size takes a whole number"),
                Arguments.of("lastUpdateDateTimeUtc gt 'soon'", 23, "a date such as"),
                Arguments.of("lastUpdateDateTimeUtc gt 2018-02-30Z", 23, "a date that the calendar knows"),
                Arguments.of("title eq red", 10, "a text stands in quotes: 'red'"),
                Arguments.of("title = 'red'", 7, "write eq"),
                Arguments.of("title eq \"red\"", 10, "single quotes"),
                Arguments.of("title eq 'red", 10, "the quote is not closed"),
                Arguments.of("(title eq 'red'", 16, "a closing bracket was expected"),
                Arguments.of("title eq 'red')", 15, "found )"),
                Arguments.of("eq 'red'", 1, "missing before eq"),
                Arguments.of("'red' eq 'red'", 1, "a property was expected"),
                Arguments.of("'red'", 1, "a text alone is no condition"),
                Arguments.of("title eq status", 10, "a value was expected"),
                Arguments.of("status in ()", 12, "a value was expected"),
                Arguments.of("status in 'a'", 11, "a list in brackets"),
                Arguments.of("length(title) eq 3", 1, "there is no function length"),
                Arguments.of("contains(title)", 1, "takes a property and a text"),
                Arguments.of("contains(size,'1')", 1, "size is no text"),
                Arguments.of("tolower(title)", 1, "alone is no condition"),
                Arguments.of("machineTags eq 'x'", 1, "cannot be filtered by machineTags"),
                Arguments.of("machineTags/any(tag eq 'x')", 21, "a colon"),
                Arguments.of("machineTags/any(tag: status)", 22, "status alone"),
                Arguments.of("things/any(t: t eq 'x')", 1, "have no collection things"),
                Arguments.of("machineTags/all(t: t eq 'x')", 18, "was expected"),
                Arguments.of("status eq 'Pending' and", 24, "found the end"),
                Arguments.of("(".repeat(3000) + "loud" + ")".repeat(3000), 51, "nested more than 50 deep"),
                Arguments.of("not ".repeat(3000) + "loud", 201, "nested more than 50 deep"),
                Arguments.of("loud" + " or loud".repeat(500), 798, "more than 200 parts"),
                Arguments.of("size in (1" + ",1".repeat(2000) + ")", 2010, "more than 1000 values"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whenAFilterIsWrongThenTheErrorTellsWhereAndWhat(String filter, int position, String what) {
        assertThatThrownBy(() -> query(filter)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.code()).isEqualTo("ODataError");
            assertThat(e).hasMessageContaining("at position " + position + ":").hasMessageContaining(what);
        });
    }

    private static List<String> found(Engine engine, String filter) {
        return Objects.requireNonNull(DATABASES.get(engine))
                .read(sql -> query(filter)
                        .page(sql, DSL.noCondition(), row -> String.valueOf(row.get(Things.SEQ)))
                        .rows());
    }

    private static ODataQuery query(String filter) {
        return ODataQuery.parse("$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8), MODEL);
    }
}
