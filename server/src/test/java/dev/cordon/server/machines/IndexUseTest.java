package dev.cordon.server.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.odata.ODataQuery;
import dev.cordon.server.store.Engine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The usual queries on machines find their rows through an index on SQLite. */
final class IndexUseTest {

    private static @Nullable Inventory opened;

    @BeforeAll
    static void open() {
        var inventory = new Inventory(Engine.SQLITE);
        inventory.enroll("web-1.example.com");
        opened = inventory;
    }

    @AfterAll
    static void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            computerDnsName eq 'Web-1.example.com'    | machines_by_name (tenant_id=? AND computer_dns_name=?)
            startswith(computerDnsName,'web')         | machines_by_name (tenant_id=? AND computer_dns_name>? AND computer_dns_name<?)
            computerDnsName in ('a','b')              | machines_by_name (tenant_id=? AND computer_dns_name=?)
            id eq '0123'                              | (tenant_id=? AND id=?)
            id in ('0123','4567')                     | (tenant_id=? AND id=?)
            lastSeen gt 2018-08-01Z                   | machines_by_last_seen (tenant_id=? AND last_seen>?)
            healthStatus eq 'Inactive'                | machines_by_health (tenant_id=? AND health_status=?)
            lastIpAddress eq '192.0.2.5'              | machines_by_address (tenant_id=? AND last_ip_address=?)
            """)
    void whenFilteredThenTheIndexIsUsed(String filter, String expected) {
        assertThat(plan("$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8)))
                .anySatisfy(step ->
                        assertThat(step).startsWith("SEARCH machines USING").contains(expected));
    }

    @Test
    void whenAnIdentityIsPinnedThenTheOrderDoesNotChooseTheIndex() {
        assertThat(plan("$filter=id+in+('0123','4567')&$orderby=lastSeen+desc"))
                .anySatisfy(step ->
                        assertThat(step).startsWith("SEARCH machines USING").contains("(tenant_id=? AND id=?)"));
    }

    @ParameterizedTest
    @CsvSource({"$filter=healthStatus+eq+'Active'", "$orderby=lastSeen+desc", "$orderby=lastSeen"})
    void whenOrderedInTheUsualWaysThenNothingIsSorted(String query) {
        assertThat(plan(query)).noneSatisfy(step -> assertThat(step).contains("USE TEMP B-TREE FOR ORDER BY"));
    }

    private static List<String> plan(String query) {
        var inventory = java.util.Objects.requireNonNull(opened);
        return inventory.database.read(sql -> {
            var executed = new ArrayList<Query>();
            var recording = DSL.using(sql.configuration().derive(new Recorder(executed)));
            ODataQuery.parse(query, MachineModel.MODEL)
                    .page(recording, MachineTable.TENANT_ID.eq(Inventory.TENANT), MachineRows::machine);
            return sql.fetch("EXPLAIN QUERY PLAN " + sql.renderInlined(executed.getFirst()))
                    .getValues("detail", String.class);
        });
    }

    private record Recorder(List<Query> executed) implements ExecuteListener {

        private static final long serialVersionUID = 1L;

        @Override
        public void renderStart(ExecuteContext context) {
            var query = context.query();
            if (query != null) {
                executed.add(query);
            }
        }
    }
}
