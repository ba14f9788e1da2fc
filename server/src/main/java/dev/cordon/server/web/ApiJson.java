package dev.cordon.server.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** How values are spelled in the API's JSON. */
public final class ApiJson {

    private static final DateTimeFormatter INSTANT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 7, true)
            .appendLiteral('Z')
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ApiJson() {}

    /** A list that is no OData answer: an object with the entries as {@code value}. */
    public static <T> ObjectNode list(Collection<T> entries, Function<T, ObjectNode> json) {
        var answer = Json.MAPPER.createObjectNode();
        answer.putArray("value").addAll(entries.stream().map(json).toList());
        return answer;
    }

    /** ISO 8601 in UTC with up to seven fraction digits, trailing zeros dropped. */
    public static String instant(Instant instant) {
        return INSTANT.format(instant);
    }
}
