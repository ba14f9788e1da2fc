package dev.cordon.server.odata;

import dev.cordon.server.odata.EntityModel.Order;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the next page begins: the sort values of the last row shown, so that rows which come or go meanwhile neither
 * repeat nor hide others. It is no secret and grants nothing; a forged one only begins elsewhere.
 */
final class SkipToken {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SkipToken() {}

    static String after(Record row, List<Order> order) {
        var values = new ArrayList<@Nullable String>();
        order.forEach(key -> values.add(key.property().written(row)));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(JSON.writeValueAsString(values).getBytes(StandardCharsets.UTF_8));
    }

    /** The rows behind the token. */
    static Condition condition(String token, List<Order> order) {
        try {
            var json = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            var values = Arrays.asList(JSON.readValue(json, String[].class));
            if (values.size() != order.size()) {
                throw ODataErrors.option("$skiptoken", "it belongs to another $orderby");
            }
            var rest = DSL.falseCondition();
            Condition after = rest;
            for (int i = order.size() - 1; i >= 0; i--) {
                var key = order.get(i);
                after = key.property().after(values.get(i), key.descending(), after);
            }
            return after;
        } catch (IllegalArgumentException | JacksonException e) {
            throw ODataErrors.option("$skiptoken", "use the @odata.nextLink of the page before as it is");
        }
    }
}
