package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries that clients poll with must not walk a tenant's whole history. */
final class SqliteStatisticsTest {

    @TempDir
    private Path folder;

    @Test
    void whenActionsArePolledByIdThenTheirIdsAreLookedUp() {
        assertThat(plan("SELECT * FROM machine_actions WHERE tenant_id = 't' AND id IN ('a', 'b', 'c')"
                        + " ORDER BY created_at DESC, seq DESC LIMIT 1001"))
                .contains("sqlite_autoindex_machine_actions_1 (id=?)");
        assertThat(plan("SELECT count(*) FROM machine_actions WHERE tenant_id = 't' AND id IN ('a', 'b', 'c')"))
                .contains("sqlite_autoindex_machine_actions_1 (id=?)");
    }

    @Test
    void whenActionsOfOneMachineAreAskedForThenOnlyTheyAreRead() {
        assertThat(plan("SELECT * FROM machine_actions WHERE tenant_id = 't' AND status = 'Succeeded'"
                        + " AND machine_id = 'm' AND type = 'Isolate' ORDER BY created_at DESC, seq DESC LIMIT 1001"))
                .contains("machine_actions_by_machine (tenant_id=? AND machine_id=?)");
    }

    @Test
    void whenTheNewestAreAskedForThenTheyAreNotSorted() {
        assertThat(plan("SELECT * FROM machine_actions WHERE tenant_id = 't' ORDER BY created_at DESC, seq DESC"))
                .contains("machine_actions_by_created (tenant_id=?)")
                .doesNotContain("TEMP B-TREE");
        assertThat(plan("SELECT * FROM machine_actions WHERE tenant_id = 't' AND updated_at >= 5"
                        + " ORDER BY updated_at, seq LIMIT 1000"))
                .contains("machine_actions_by_updated (tenant_id=? AND updated_at>?)")
                .doesNotContain("TEMP B-TREE");
    }

    @Test
    void whenOpenActionsAreAskedForThenTheEndedOnesAreNotRead() {
        assertThat(plan("SELECT id FROM machine_actions WHERE tenant_id = 't' AND machine_id = 'm' AND type = 'Isolate'"
                        + " AND related_file IS NULL AND status IN ('Pending', 'InProgress') LIMIT 1"))
                .contains("machine_actions_open (tenant_id=? AND machine_id=? AND type=?)");
        assertThat(plan("SELECT * FROM machine_actions WHERE status IN ('Pending', 'InProgress') AND expires_at <= 5"))
                .contains("machine_actions_by_expiry (expires_at<?)");
    }

    private String plan(String query) {
        try (var database = SqliteDatabase.open(folder.resolve("cordon.db"))) {
            return database.read(sql ->
                    String.join("\n", sql.fetch("EXPLAIN QUERY PLAN " + query).getValues("detail", String.class)));
        }
    }
}
