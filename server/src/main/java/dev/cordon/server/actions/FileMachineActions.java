package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.odata.ODataQuery;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import org.jooq.Condition;
import tools.jackson.databind.node.ObjectNode;

/** The collection of FileMachineActions: the machine actions that are about a file. Thread-safe. */
final class FileMachineActions {

    private static final List<String> TYPES =
            ActionShape.OF_FILES.stream().map(ActionType::word).toList();

    private final Database database;
    private final ActionLookup lookup;

    FileMachineActions(Database database, ActionLookup lookup) {
        this.database = database;
        this.lookup = lookup;
    }

    List<Route> routes(Route.Face face) {
        return List.of(
                Route.anyOf(HandlerType.GET, face, "/filemachineactions", Actions.READ, this::list),
                Route.anyOf(HandlerType.GET, face, "/filemachineactions/$count", Actions.READ, this::count),
                Route.anyOf(HandlerType.GET, face, "/filemachineactions/{id}", Actions.READ, this::get));
    }

    private void list(Context http, Caller caller) {
        var query = ODataQuery.of(http, ActionModel.FILES);
        var page = database.read(sql -> query.page(sql, visible(caller), MachineAction::of));
        ODataAnswers.list(http, page.<ObjectNode>map(FileActionJson::write));
    }

    private void count(Context http, Caller caller) {
        var query = ODataQuery.of(http, ActionModel.FILES);
        ODataAnswers.count(http, database.read(sql -> query.count(sql, visible(caller))));
    }

    private void get(Context http, Caller caller) {
        var action = lookup.visible(http, caller);
        if (!ActionShape.OF_FILES.contains(action.type())) {
            throw ActionLookup.unknown(http);
        }
        ActionShape.FILE.answer(http, FileActionJson.write(action));
    }

    private static Condition visible(Caller caller) {
        return Actions.visible(caller).and(Action.TYPE.in(TYPES));
    }
}
