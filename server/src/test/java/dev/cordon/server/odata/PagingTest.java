package dev.cordon.server.odata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages, their order, and the walk from one to the next. */
final class PagingTest {

    private static final int ROWS = 90;
    private static final EntityModel MODEL = Things.model().pageSize(7).build();
    private static final EntityModel NEWEST_FIRST =
            Things.model().newestFirst("lastUpdateDateTimeUtc").pageSize(7).build();

    private @Nullable Database opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    static Stream<Arguments> orders() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of(
                                "",
                                "$orderby=lastUpdateDateTimeUtc desc",
                                "$orderby=computerDnsName",
                                "$orderby=computerDnsName desc",
                                "$orderby=status desc, size asc,computerDnsName desc",
                                "$orderby=size desc,title",
                                "$filter=loud eq true&$orderby=loud,size",
                                "$orderby=id desc&$top=40",
                                "$orderby=size&$skip=5",
                                "$orderby=computerDnsName&$skip=3&$top=50&$count=true")
                        .map(query -> Arguments.of(engine, query)));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void whenAllPagesAreWalkedThenTheyMakeTheWholeListOnce(Engine engine, String query) {
        var database = filled(engine);
        var whole = ODataQuery.parse(query, Things.model().build());
        var expected = database.read(sql -> whole.page(sql, DSL.noCondition(), row -> row.get(Things.SEQ)));
        var pages = walk(database, query, MODEL, page -> {});
        var walked = pages.stream().flatMap(page -> page.rows().stream()).toList();
        assertThat(walked).isEqualTo(expected.rows()).doesNotHaveDuplicates();
        assertThat(pages).extracting(ODataPage::count).containsOnly(expected.count());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenRowsArriveDuringTheWalkThenNoneThatWasThereIsMissedOrRepeated(Engine engine) {
        var database = filled(engine);
        var next = new long[] {ROWS};
        var pages = walk(database, "$count=true", NEWEST_FIRST, page -> {
            for (int i = 0; i < 5; i++) {
                insert(database, ++next[0], "2030-01-01T00:00:00Z");
                insert(database, ++next[0], "2020-01-01T00:00:00Z");
            }
        });
        var walked = pages.stream().flatMap(page -> page.rows().stream()).toList();
        assertThat(walked)
                .doesNotHaveDuplicates()
                .containsAll(LongStream.rangeClosed(1, ROWS).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenOrderedThenNullComesFirstAndTiesFollowTheLastDirection(Engine engine) {
        var database = open(engine);
        Things.create(database);
        Things.insert(database, 1, "a", "x", "t", "Pending", 5L, "2020-01-01T00:00:00Z", true);
        Things.insert(database, 2, "b", null, "t", "Pending", null, "2020-01-01T00:00:00Z", true);
        Things.insert(database, 3, "c", "x", "t", "TimeOut", 4L, "2020-01-02T00:00:00Z", true);
        assertThat(order(database, "computerDnsName")).containsExactly(2L, 1L, 3L);
        assertThat(order(database, "computerDnsName desc")).containsExactly(3L, 1L, 2L);
        assertThat(order(database, "SIZE ASC")).containsExactly(2L, 3L, 1L);
        assertThat(order(database, "title,lastUpdateTimeUtc  desc")).containsExactly(3L, 2L, 1L);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTopIsGivenThenItBoundsTheAnswerAndCountDoesNot(Engine engine) {
        var database = filled(engine);
        var all = Things.model().build();
        var page = page(database, "$top=3&$count=true", all);
        assertThat(page.rows()).hasSize(3);
        assertThat(page.count()).isEqualTo(ROWS);
        assertThat(page.nextQuery()).isNull();
        assertThat(page(database, "$top=0&$count=true", all))
                .isEqualTo(new ODataPage<>("Things", List.of(), (long) ROWS, null, java.util.Set.of()));
        assertThat(page(database, "$skip=1000", all).rows()).isEmpty();
        assertThat(page(database, "", all).count()).isNull();
        long counted = database.read(
                sql -> ODataQuery.parse("$filter=loud eq true&$top=2", all).count(sql, Things.SEQ.le(10L)));
        assertThat(counted)
                .isEqualTo(LongStream.rangeClosed(1, 10)
                        .filter(seq -> seq % 3 == 0)
                        .count());
    }

    private static List<Long> order(Database database, String order) {
        return page(
                        database,
                        "$orderby=" + order.replace(" ", "+"),
                        Things.model().build())
                .rows();
    }

    private static ODataPage<Long> page(Database database, String query, EntityModel model) {
        return database.read(
                sql -> ODataQuery.parse(query, model).<Long>page(sql, DSL.noCondition(), row -> row.get(Things.SEQ)));
    }

    private static List<ODataPage<Long>> walk(
            Database database, String query, EntityModel model, java.util.function.Consumer<ODataPage<Long>> between) {
        var pages = new ArrayList<ODataPage<Long>>();
        @Nullable String next = query;
        while (next != null) {
            assertThat(pages).as("pages").hasSizeLessThan(200);
            var page = page(database, next, model);
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(7);
            pages.add(page);
            between.accept(page);
            next = page.nextQuery();
        }
        return pages;
    }

    private Database filled(Engine engine) {
        var database = open(engine);
        Things.create(database);
        var random = new Random(7);
        var seqs = new ArrayList<>(LongStream.rangeClosed(1, ROWS).boxed().toList());
        Collections.shuffle(seqs, random);
        var statuses = List.of("Pending", "InProgress", "Succeeded", "TimeOut");
        for (var seq : seqs) {
            Things.insert(
                    database,
                    seq,
                    "id" + random.nextInt(30),
                    random.nextInt(4) == 0 ? null : "host" + random.nextInt(6) + "é",
                    "t" + random.nextInt(5),
                    statuses.get(random.nextInt(4)),
                    random.nextInt(3) == 0 ? null : (long) random.nextInt(5) - 2,
                    "2024-01-%02dT00:00:00.%06dZ".formatted(1 + random.nextInt(9), random.nextInt(3)),
                    seq % 3 == 0);
        }
        return database;
    }

    private static void insert(Database database, long seq, String made) {
        Things.insert(database, seq, "new" + seq, null, "t", "Pending", null, made, true);
    }

    private Database open(Engine engine) {
        var database = engine.fresh();
        opened = database;
        return database;
    }
}
