package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/** Machine actions in the API's shape, for others to show. Stateless. */
public final class ActionTexts {

    private ActionTexts() {}

    /** The actions with these ids as they are now. Ids that are unknown are left out. */
    public static Map<String, ObjectNode> of(DSLContext sql, String tenantId, Collection<String> ids) {
        var found = new HashMap<String, ObjectNode>();
        if (!ids.isEmpty()) {
            sql.select(MachineAction.COLUMNS)
                    .from(Action.TABLE)
                    .where(Action.TENANT_ID.eq(tenantId), Action.ID.in(ids))
                    .fetch(MachineAction::of)
                    .forEach(action -> found.put(action.id(), ActionJson.write(action)));
        }
        return found;
    }
}
