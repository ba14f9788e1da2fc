package dev.cordon.server.odata;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a collection.
 *
 * @param set name of the entity set
 * @param count of all rows that the filter lets through, if it was asked for
 * @param nextQuery the query of the next page, if there is one
 * @param select the properties to show; empty for all
 */
public record ODataPage<T>(
        String set,
        List<T> rows,
        @Nullable Long count,
        @Nullable String nextQuery,
        Set<String> select) {

    public ODataPage {
        rows = List.copyOf(rows);
        select = Set.copyOf(select);
    }

    /** The same page with each row turned into something else. */
    public <R> ODataPage<R> map(Function<? super T, ? extends R> turn) {
        var turned = new ArrayList<R>(rows.size());
        rows.forEach(row -> turned.add(turn.apply(row)));
        return new ODataPage<>(set, turned, count, nextQuery, select);
    }
}
