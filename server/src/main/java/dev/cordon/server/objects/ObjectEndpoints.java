package dev.cordon.server.objects;

import dev.cordon.server.actions.ActionFacts;
import dev.cordon.server.actions.Status;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.RequestUrls;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out links to what an action brought: {@code getPackageUri} as the original has it, {@code sample-link} beyond
 * it; and deletes what was brought. Thread-safe.
 */
public final class ObjectEndpoints {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectEndpoints.class);

    private static final List<String> READ_PACKAGE = List.of(
            Permissions.MACHINE_READ_ALL, Permissions.MACHINE_READ_WRITE_ALL, Permissions.MACHINE_COLLECT_FORENSICS);
    private static final List<String> READ_SAMPLE =
            List.of(Permissions.MACHINE_STOP_AND_QUARANTINE, Permissions.MACHINE_COLLECT_FORENSICS);

    private final Database database;
    private final ObjectFiles files;
    private final Machines machines;
    private final Tenants tenants;
    private final AuditLog audit;
    private final InstantSource time;
    private final ObjectLinks links;

    public ObjectEndpoints(
            Database database,
            ObjectFiles files,
            Machines machines,
            Tenants tenants,
            AuditLog audit,
            InstantSource time) {
        this.database = database;
        this.files = files;
        this.machines = machines;
        this.tenants = tenants;
        this.audit = audit;
        this.time = time;
        this.links = new ObjectLinks(audit, time);
    }

    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (var face : List.of(Route.Face.DEFENDER, Route.Face.PREVIEW)) {
            routes.add(Route.anyOf(
                    HandlerType.GET, face, "/machineactions/{id}/getPackageUri", READ_PACKAGE, this::packageUri));
        }
        routes.add(Route.anyOf(
                HandlerType.POST,
                Route.Face.CORDON,
                "/cordon/v1/machineactions/{id}/sample-link",
                READ_SAMPLE,
                this::sampleLink));
        routes.add(Route.administration(HandlerType.DELETE, "/cordon/v1/machineactions/{id}/links", this::revoke));
        routes.add(Route.administration(HandlerType.DELETE, "/cordon/v1/machineactions/{id}/objects", this::delete));
        routes.add(new Downloads(database, links, files, audit).route());
        return List.copyOf(routes);
    }

    private void packageUri(Context http, Caller caller) {
        var object = objects(http, caller, ActionFacts.COLLECT).getLast();
        var link = issue(caller, object);
        http.header("Cache-Control", "no-store");
        ODataAnswers.text(http, Downloads.url(RequestUrls.base(http), link, "InvestigationPackage.zip"));
    }

    private void sampleLink(Context http, Caller caller) {
        var answer = Json.MAPPER.createObjectNode().put("password", SampleZip.PASSWORD);
        var value = answer.putArray("value");
        for (var object : objects(http, caller, ActionFacts.SAMPLE)) {
            var link = issue(caller, object);
            value.addObject()
                    .put("name", object.name())
                    .put("size", object.size())
                    .put("sha256", object.sha256())
                    .put("url", Downloads.url(RequestUrls.base(http), link, "sample.zip"))
                    .put("expiresAt", ApiJson.instant(link.expiresAt()));
        }
        http.header("Cache-Control", "no-store").status(201).json(answer);
    }

    private void revoke(Context http, Caller caller) {
        var facts = action(http, caller);
        database.write(sql -> {
            int ended = 0;
            for (var object : ObjectRows.ofAction(sql, caller.tenantId(), facts.id())) {
                ended += links.revoke(sql, object);
            }
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "object.links-revoked",
                    "action:" + facts.id(),
                    Map.of("links", ended));
            return ended;
        });
        http.status(204);
    }

    private void delete(Context http, Caller caller) {
        var facts = action(http, caller);
        var gone = database.write(sql -> {
            var objects = ObjectRows.ofAction(sql, caller.tenantId(), facts.id());
            for (var object : objects) {
                ObjectRows.deleted(sql, object.id(), Instants.micros(time.instant()));
                audit.append(
                        sql,
                        caller.tenantId(),
                        caller.actor(),
                        "object.deleted",
                        "object:" + object.id(),
                        Map.of("actionId", facts.id(), "name", object.name()));
            }
            return objects;
        });
        for (var object : gone) {
            try {
                files.delete(object.id());
            } catch (IOException e) {
                // its key is gone already; the sweep tries again
                LOG.atWarn()
                        .addKeyValue("object", object.id())
                        .setCause(e)
                        .log("an object's file could not be deleted");
            }
        }
        http.status(204);
    }

    private ObjectLinks.Link issue(Caller caller, StoredObject object) {
        return database.write(sql -> links.issue(
                sql,
                caller,
                object,
                tenants.settings(sql, caller.tenantId()).objects().linkLifetime()));
    }

    /** What an action of this type brought, once it has ended well; 404 in every other case. */
    private List<StoredObject> objects(Context http, Caller caller, String type) {
        var facts = action(http, caller);
        var objects = facts.type().equals(type) && facts.status() == Status.SUCCEEDED
                ? database.read(sql -> ObjectRows.ofAction(sql, caller.tenantId(), facts.id()))
                : List.<StoredObject>of();
        if (objects.isEmpty()) {
            throw ApiException.resourceNotFound("Machine action " + http.pathParam("id") + " has nothing to download"
                    + (facts.status().isFinal() ? "." : " yet."));
        }
        return objects;
    }

    private ActionFacts action(Context http, Caller caller) {
        var id = http.pathParam("id");
        return database.read(sql -> {
            var facts = ActionFacts.find(sql, caller.tenantId(), id.toLowerCase(Locale.ROOT))
                    .orElseThrow(() -> ApiException.resourceNotFound("Machine action " + id + " was not found"));
            machines.require(sql, caller, facts.machineId());
            return facts;
        });
    }
}
