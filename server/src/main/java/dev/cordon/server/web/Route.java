package dev.cordon.server.web;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Set;

/**
 * One endpoint of the server: method, path, who may call it, and what it does. All of them together are the permission
 * table; nothing else decides who may call what.
 *
 * @param path for the Defender face without its base, for example {@code /machines/{id}}: {@link Face#DEFENDER} serves
 *     it under {@code /api} and {@code /api/v1.0}. The other faces give the whole path.
 * @param portal which portal permissions a user's role needs, any one of them; empty for those that usually go with the
 *     route's permission
 */
public record Route(
        HandlerType method, String path, Face face, Access access, Set<PortalPermission> portal, Handler handler) {

    /** Under this the API of the preview is served. */
    public static final String PREVIEW_BASE = "/testwdatppreview";

    public Route {
        portal = Set.copyOf(portal);
    }

    /** Which of the server's faces a route belongs to. */
    public enum Face {
        /** The Defender contract: {@code /api}, {@code /api/v1.0}. */
        DEFENDER,
        /** The same as it was in 2017 and 2018, in its shapes of then: {@code /testwdatppreview}. */
        PREVIEW,
        /** What Cordon has beyond it: {@code /cordon/v1}. */
        CORDON,
        /** What links open, without a token: {@code /objects}. */
        OBJECTS,
        /** The token service, at the root. */
        TOKEN_SERVICE,
        /** The console's files, for anybody: {@code /console/}. */
        CONSOLE
    }

    /** Who may call a route. */
    public sealed interface Access {
        /** Anybody, without a token. The handler gets no caller. */
        record Open() implements Access {}

        /** A valid token with at least one of these permissions. */
        record AnyOf(List<String> permissions) implements Access {
            public AnyOf {
                permissions = List.copyOf(permissions);
            }
        }

        /**
         * A valid token; the needed permission depends on the object, and the handler checks it with
         * {@link Permissions#require}.
         */
        record ByObject(List<String> candidates) implements Access {
            public ByObject {
                candidates = List.copyOf(candidates);
            }
        }
    }

    /** What a route does. Thrown {@link ApiException}s become answers. Runs on a virtual thread. */
    public sealed interface Handler {
        @FunctionalInterface
        non-sealed interface Anonymous extends Handler {
            void handle(Context http) throws Exception;
        }

        @FunctionalInterface
        non-sealed interface Authenticated extends Handler {
            void handle(Context http, Caller caller) throws Exception;
        }
    }

    /** A route that anybody may call. */
    public static Route open(HandlerType method, Face face, String path, Handler.Anonymous handler) {
        return new Route(method, path, face, new Access.Open(), Set.of(), handler);
    }

    /** A route that needs any one of the given permissions. */
    public static Route anyOf(
            HandlerType method, Face face, String path, List<String> permissions, Handler.Authenticated handler) {
        return new Route(method, path, face, new Access.AnyOf(permissions), Set.of(), handler);
    }

    /** A route with which administrators look after their own tenant. */
    public static Route administration(HandlerType method, String path, Handler.Authenticated handler) {
        return anyOf(method, Face.CORDON, path, List.of(Permissions.CORDON_ADMINISTER), handler);
    }

    /** A route whose handler finds out which of the candidates the object at hand needs. */
    public static Route byObject(
            HandlerType method, Face face, String path, List<String> candidates, Handler.Authenticated handler) {
        return new Route(method, path, face, new Access.ByObject(candidates), Set.of(), handler);
    }

    /** The same route, for users whose role has any of these portal permissions. */
    public Route inRole(PortalPermission... anyOf) {
        return new Route(method, path, face, access, Set.of(anyOf), handler);
    }

    /** The portal permissions that a user of one of the route's permissions needs, any one of them. */
    public Set<PortalPermission> portalPermissions(String permission) {
        return portal.isEmpty() ? PortalPermission.with(permission, method.equals(HandlerType.GET)) : portal;
    }
}
