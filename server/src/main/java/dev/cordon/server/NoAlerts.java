package dev.cordon.server;

import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.odata.ODataPage;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /alerts}: always an empty list, whatever is asked for, because this server raises no alerts. Connectors call
 * it to test their connection.
 */
final class NoAlerts {

    private NoAlerts() {}

    static Route route() {
        return Route.anyOf(
                HandlerType.GET,
                Route.Face.DEFENDER,
                "/alerts",
                List.of(Permissions.ALERT_READ_ALL, Permissions.ALERT_READ_WRITE_ALL),
                (http, caller) -> ODataAnswers.list(http, new ODataPage<>("Alerts", List.of(), null, null, Set.of())));
    }
}
