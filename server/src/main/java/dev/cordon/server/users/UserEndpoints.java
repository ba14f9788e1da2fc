package dev.cordon.server.users;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.RequestUrls;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/users}: administrators manage the users of their own tenant. Thread-safe. */
final class UserEndpoints {

    private static final String PATH = "/cordon/v1/users";
    private static final int MOST_ROLES = 100;
    private static final int LONGEST_NAME = 64;

    private final Database database;
    private final Accounts accounts;
    private final AuditLog audit;

    UserEndpoints(Database database, Accounts accounts, AuditLog audit) {
        this.database = database;
        this.accounts = accounts;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::create),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.GET, PATH + "/{id}", this::get),
                Route.administration(HandlerType.PATCH, PATH + "/{id}", this::change),
                Route.administration(HandlerType.POST, PATH + "/{id}/invitation", this::invite),
                Route.administration(HandlerType.DELETE, PATH + "/{id}/second-factor", this::resetSecondFactor),
                Route.administration(HandlerType.POST, PATH + "/{id}/sign-out", this::signOut));
    }

    private void create(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name =
                body.text("userPrincipalName", 256).orElseThrow(() -> body.wrong("userPrincipalName", "is missing."));
        var displayName = body.text("displayName", 256).orElse(name);
        var names = Names.read(body);
        var roleNames = roleNames(body);
        var directoryRoles = directoryRoles(body);
        boolean secondFactor = body.bool("secondFactorRequired").orElse(false);
        body.end();
        http.status(201).json(database.write(sql -> {
            var user = accounts.users().create(sql, caller.tenantId(), name, displayName);
            names.apply(sql, accounts.users(), user);
            accounts.users().changeSecondFactor(sql, user, secondFactor);
            accounts.roles().assign(sql, user, roles(sql, caller, roleNames));
            accounts.users().changeDirectoryRoles(sql, user, directoryRoles);
            log(
                    sql,
                    caller,
                    "user.created",
                    user,
                    Map.of(
                            "name", user.userPrincipalName(),
                            "roles", roleNames,
                            "directoryRoles", DirectoryRole.words(directoryRoles)));
            return invited(http, sql, caller, user);
        }));
    }

    private void list(Context http, Caller caller) {
        http.json(database.read(
                sql -> ApiJson.list(accounts.users().all(sql, caller.tenantId()), user -> json(sql, user))));
    }

    private void get(Context http, Caller caller) {
        http.json(database.read(sql -> json(sql, require(sql, caller, http.pathParam("id")))));
    }

    private void change(Context http, Caller caller) {
        var id = http.pathParam("id");
        database.read(sql -> require(sql, caller, id));
        var body = new StrictObject(JsonBody.object(http), "");
        var displayName = body.text("displayName", 256);
        var names = Names.read(body);
        var enabled = body.bool("enabled");
        var secondFactor = body.bool("secondFactorRequired");
        boolean changesRoles = body.has("roles");
        boolean changesDirectoryRoles = body.has("directoryRoles");
        var directoryRoles = directoryRoles(body);
        var roleNames = roleNames(body);
        body.end();
        http.json(database.write(sql -> {
            var user = require(sql, caller, id);
            if (user.id().equals(caller.subjectId())
                    && (enabled.equals(Optional.of(false)) || changesRoles || changesDirectoryRoles)) {
                throw ApiException.badRequest(
                        "Nobody can disable themselves or change their own roles; let another administrator.");
            }
            displayName.ifPresent(text -> accounts.users().changeDisplayName(sql, user, text));
            names.apply(sql, accounts.users(), user);
            secondFactor.ifPresent(required -> accounts.users().changeSecondFactor(sql, user, required));
            enabled.ifPresent(on -> changeEnabled(sql, user, on));
            if (changesRoles) {
                accounts.roles().assign(sql, user, roles(sql, caller, roleNames));
            }
            if (changesDirectoryRoles) {
                accounts.users().changeDirectoryRoles(sql, user, directoryRoles);
            }
            log(sql, caller, "user.changed", user, changes(sql, user));
            return json(sql, require(sql, caller, id));
        }));
    }

    /** Given name and family name, where a request has them; an empty one is taken away. */
    private record Names(boolean hasGiven, Optional<String> given, boolean hasFamily, Optional<String> family) {

        static Names read(StrictObject body) {
            return new Names(
                    body.has("givenName"),
                    body.text("givenName", LONGEST_NAME),
                    body.has("familyName"),
                    body.text("familyName", LONGEST_NAME));
        }

        void apply(DSLContext sql, Users users, User user) {
            if (hasGiven) {
                users.changeGivenName(sql, user, given);
            }
            if (hasFamily) {
                users.changeFamilyName(sql, user, family);
            }
        }
    }

    private void changeEnabled(DSLContext sql, User user, boolean enabled) {
        accounts.users().changeEnabled(sql, user, enabled);
        if (!enabled) {
            accounts.signIns().revokeAll(sql, user);
        }
    }

    private void invite(Context http, Caller caller) {
        http.status(201)
                .json(database.write(sql -> invited(http, sql, caller, require(sql, caller, http.pathParam("id")))));
    }

    private void resetSecondFactor(Context http, Caller caller) {
        database.write(sql -> {
            var user = require(sql, caller, http.pathParam("id"));
            accounts.users().resetSecondFactor(sql, user);
            accounts.signIns().revokeAll(sql, user);
            log(sql, caller, "user.secondFactorReset", user, Map.of());
            return user;
        });
        http.status(204);
    }

    private void signOut(Context http, Caller caller) {
        database.write(sql -> {
            var user = require(sql, caller, http.pathParam("id"));
            accounts.signIns().revokeAll(sql, user);
            log(sql, caller, "user.signedOut", user, Map.of());
            return user;
        });
        http.status(204);
    }

    private ObjectNode invited(Context http, DSLContext sql, Caller caller, User user) {
        var created = accounts.invitations().create(sql, user);
        log(sql, caller, "user.invited", user, Map.of());
        var json =
                json(sql, accounts.users().find(sql, user.tenantId(), user.id()).orElseThrow());
        json.putObject("invitation")
                .put("url", RequestUrls.base(http) + Invitations.PATH + created.code())
                .put("expiresAt", ApiJson.instant(created.expiresAt()));
        return json;
    }

    private User require(DSLContext sql, Caller caller, String idOrName) {
        return accounts.users()
                .find(sql, caller.tenantId(), idOrName)
                .orElseThrow(() -> ApiException.resourceNotFound("User " + Excerpt.of(idOrName) + " was not found."));
    }

    private static List<String> roleNames(StrictObject body) {
        return body.list("roles", MOST_ROLES, (value, path) -> StrictObject.text(value, path, 256));
    }

    private static Set<DirectoryRole> directoryRoles(StrictObject body) {
        return Set.copyOf(body.list("directoryRoles", DirectoryRole.values().length, (value, path) -> {
            var word = StrictObject.text(value, path, 256);
            return DirectoryRole.of(word)
                    .orElseThrow(() -> ApiException.badRequest(
                            path + ": must be GlobalAdministrator, SecurityAdministrator or SecurityReader."));
        }));
    }

    private List<Role> roles(DSLContext sql, Caller caller, List<String> names) {
        return names.stream()
                .map(name -> accounts.roles()
                        .find(sql, caller.tenantId(), name)
                        .orElseThrow(
                                () -> ApiException.badRequest("roles: there is no role " + Excerpt.of(name) + ".")))
                .toList();
    }

    private Map<String, ?> changes(DSLContext sql, User user) {
        var now = accounts.users().find(sql, user.tenantId(), user.id()).orElseThrow();
        return Map.of(
                "enabled", now.enabled(),
                "secondFactorRequired", now.secondFactor(),
                "roles", names(sql, now),
                "directoryRoles", DirectoryRole.words(now.directoryRoles()));
    }

    private List<String> names(DSLContext sql, User user) {
        return accounts.roles().of(sql, user.tenantId(), user.id()).stream()
                .map(Role::displayName)
                .toList();
    }

    private void log(DSLContext sql, Caller caller, String event, User user, Map<String, ?> detail) {
        audit.append(sql, caller.tenantId(), caller.actor(), event, "user:" + user.id(), detail);
    }

    private ObjectNode json(DSLContext sql, User user) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", user.id())
                .put("userPrincipalName", user.userPrincipalName())
                .put("displayName", user.displayName())
                .put("givenName", user.givenName().orElse(null))
                .put("familyName", user.familyName().orElse(null));
        names(sql, user).forEach(json.putArray("roles")::add);
        user.directoryRoles().stream().sorted().map(DirectoryRole::word).forEach(json.putArray("directoryRoles")::add);
        return json.put("enabled", user.enabled())
                .put("secondFactorRequired", user.secondFactor())
                .put("secondFactorEnrolled", user.hasSecondFactor())
                .put("passwordSet", user.hasPassword())
                .put("createdAt", ApiJson.instant(user.createdAt()));
    }
}
