package dev.cordon.server.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.cordon.server.store.Engine;
import dev.cordon.server.web.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jooq.impl.DSL;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is asked, the answer is rows or a 400 {@code ODataError}; the generator's seed is fixed. */
final class FuzzTest {

    private static final long SEED = 20_260_305;
    private static final int QUERIES = 6_000;

    private static final EntityModel MODEL = Things.model().build();

    private static final List<String> PIECES = List.of(
            "status",
            "id",
            "computerDnsName",
            "title",
            "size",
            "loud",
            "lastUpdateDateTimeUtc",
            "machineTags",
            "machineTags/any",
            "tag",
            "tag:",
            ":",
            "nobody",
            "eq",
            "ne",
            "gt",
            "ge",
            "lt",
            "le",
            "and",
            "OR",
            "not",
            "in",
            "(",
            ")",
            "(",
            ")",
            ",",
            "'",
            "''",
            "'x'",
            "'Pending'",
            "'%_!'",
            "null",
            "true",
            "false",
            "5",
            "-5",
            "1e9",
            "99999999999999999999",
            "2018-08-01Z",
            "2018-08-01T00:00:00+02:00",
            "9999-99-99",
            "0000-01-01",
            "contains",
            "startswith",
            "endswith",
            "tolower",
            "toupper",
            "any",
            "a1b2c3d4-0000-4000-8000-000000000002",
            "=",
            "\"",
            "\u0000",
            "\ud83d\ude00",
            "é",
            ";",
            "--",
            "%",
            "\\",
            "/",
            "$filter",
            "&",
            "+",
            "{0}",
            "?");

    private static final List<String> VALID = List.of(
            "status eq 'Pending' and (size gt 5 or not contains(title,'a')) and id in ('4','5')",
            "machineTags/any(tag: tag eq 'Lab') or startswith(computerDnsName,'web') eq false",
            "lastUpdateDateTimeUtc ge 2018-08-01T00:00:00.000000Z and loud and tolower(title) ne null");

    private static final List<String> OPTIONS = List.of(
            "$filter", "$orderby", "$top", "$skip", "$skiptoken", "$count", "$select", "$expand", "$x", "x", "");

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnythingIsAskedThenTheAnswerIsRowsOrAnODataError(Engine engine) {
        try (var database = engine.fresh()) {
            Things.create(database);
            Things.insert(database, 1, "4", "web", "a", "Pending", 6L, "2020-01-01T00:00:00Z", true, "Lab");
            var random = new Random(SEED);
            int answered = 0;
            for (int i = 0; i < QUERIES; i++) {
                var query = query(random);
                try {
                    var asked = ODataQuery.parse(query, MODEL);
                    database.read(sql -> asked.page(sql, DSL.noCondition(), row -> row.get(Things.SEQ)));
                    answered++;
                } catch (ApiException e) {
                    assertThat(e.code()).as(query).isEqualTo("ODataError");
                } catch (RuntimeException | StackOverflowError e) {
                    fail("query " + i + ": " + query, e);
                }
            }
            assertThat(answered).isGreaterThan(QUERIES / 50);
        }
    }

    private static String query(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "$filter=" + encoded(soup(random));
            case 1, 2 -> "$filter=" + encoded(mutated(random));
            default -> options(random);
        };
    }

    private static String soup(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(14); i >= 0; i--) {
            text.append(pick(PIECES, random)).append(random.nextInt(4) == 0 ? "" : " ");
        }
        return text.toString();
    }

    /** A valid filter with one or two pieces taken out, doubled or replaced. */
    private static String mutated(Random random) {
        var text = new StringBuilder(pick(VALID, random));
        for (int i = random.nextInt(2); i >= 0; i--) {
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + random.nextInt(8));
            switch (random.nextInt(3)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, text.substring(from, to));
                default -> text.replace(from, to, pick(PIECES, random));
            }
            text.append(' ');
        }
        return text.toString();
    }

    private static String options(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(pick(OPTIONS, random)).append('=');
            text.append(random.nextBoolean() ? encoded(pick(PIECES, random)) : pick(PIECES, random));
            text.append('&');
        }
        return text.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String pick(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
