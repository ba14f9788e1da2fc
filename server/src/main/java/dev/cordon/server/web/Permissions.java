package dev.cordon.server.web;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Names of the permissions, as tokens carry them in application context, and the check for them. */
public final class Permissions {

    public static final String MACHINE_ISOLATE = "Machine.Isolate";
    public static final String MACHINE_RESTRICT_EXECUTION = "Machine.RestrictExecution";
    public static final String MACHINE_SCAN = "Machine.Scan";
    public static final String MACHINE_STOP_AND_QUARANTINE = "Machine.StopAndQuarantine";
    public static final String MACHINE_COLLECT_FORENSICS = "Machine.CollectForensics";
    public static final String MACHINE_OFFBOARD = "Machine.Offboard";
    public static final String TI_READ_WRITE = "Ti.ReadWrite";
    public static final String TI_READ_WRITE_ALL = "Ti.ReadWrite.All";
    public static final String ALERT_READ_ALL = "Alert.Read.All";
    public static final String ALERT_READ_WRITE_ALL = "Alert.ReadWrite.All";
    public static final String MACHINE_READ_ALL = "Machine.Read.All";
    public static final String MACHINE_READ_WRITE_ALL = "Machine.ReadWrite.All";

    /** Everything of the Defender API that this server serves. */
    public static final List<String> WHOLE_API = List.of(
            MACHINE_READ_ALL,
            MACHINE_READ_WRITE_ALL,
            MACHINE_ISOLATE,
            MACHINE_RESTRICT_EXECUTION,
            MACHINE_SCAN,
            MACHINE_STOP_AND_QUARANTINE,
            MACHINE_COLLECT_FORENSICS,
            MACHINE_OFFBOARD,
            TI_READ_WRITE_ALL,
            ALERT_READ_WRITE_ALL);

    /** Manage one's own tenant under {@code /cordon/v1}: applications, enrollment, settings, audit. */
    public static final String CORDON_ADMINISTER = "Cordon.Administer";

    /** Operate the server: make and list tenants. */
    public static final String CORDON_OPERATE = "Cordon.Operate";

    private static final Set<String> APPLICATION_ONLY = Set.of("Ti.ReadWrite.All", "Ti.Read.All", "Event.Write");
    private static final Set<String> SAME_IN_BOTH =
            Set.of("File.Read.All", "Ip.Read.All", "Url.Read.All", "User.Read.All");

    private Permissions() {}

    /**
     * Lets a caller with any of the permissions pass, for handlers that find out only from the object what it needs.
     *
     * @param anyOf the names in application context; for a user their delegated forms count, each with a role that has
     *     the portal permission which goes with it
     * @return the caller with those of its roles only that let it pass, and so with their machines
     * @throws ApiException 403; in application context with the text that the Defender API gives
     */
    public static Caller require(Caller caller, List<String> anyOf) {
        return require(caller, anyOf, permission -> PortalPermission.with(permission, false));
    }

    /** The caller as one of these permissions lets it act, if any does. */
    public static Optional<Caller> toWrite(Caller caller, List<String> anyOf) {
        try {
            return Optional.of(require(caller, anyOf));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    /** The caller as one of these permissions lets it read, if any does; to be asked about what a route shows in parts. */
    public static Optional<Caller> toRead(Caller caller, List<String> anyOf) {
        try {
            return Optional.of(require(caller, anyOf, permission -> PortalPermission.with(permission, true)));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    /** @param portal which portal permissions go with a permission, any one of them */
    static Caller require(Caller caller, List<String> anyOf, Function<String, Set<PortalPermission>> portal) {
        return switch (caller.context()) {
            case APPLICATION -> {
                if (anyOf.stream().noneMatch(caller.permissions()::contains)) {
                    throw ApiException.forbidden("Missing application roles. API required roles: "
                            + String.join(",", anyOf) + ", application roles: " + held(caller) + ".");
                }
                yield caller;
            }
            case USER -> requireUser(caller, anyOf, portal);
        };
    }

    private static Caller requireUser(
            Caller caller, List<String> anyOf, Function<String, Set<PortalPermission>> portal) {
        var granted = anyOf.stream()
                .filter(permission -> delegated(permission)
                        .filter(caller.permissions()::contains)
                        .isPresent())
                .toList();
        if (granted.isEmpty()) {
            var scopes = anyOf.stream()
                    .map(Permissions::delegated)
                    .flatMap(Optional::stream)
                    .toList();
            throw ApiException.forbidden("Missing user permissions. API required permissions: "
                    + String.join(",", scopes) + ", user permissions: " + held(caller) + ".");
        }
        var needed = EnumSet.noneOf(PortalPermission.class);
        granted.forEach(permission -> needed.addAll(portal.apply(permission)));
        var narrowed = caller.within(needed);
        if (narrowed.roles().isEmpty()) {
            throw ApiException.forbidden("Missing user role. API required role permissions: "
                    + needed.stream().map(PortalPermission::word).collect(Collectors.joining(","))
                    + "; ask an administrator for a role that has one of them.");
        }
        return narrowed;
    }

    /**
     * The name of an application permission in user context: read and read-write sets drop {@code .All}, others keep
     * their name; a few exist for applications only.
     */
    public static Optional<String> delegated(String permission) {
        if (APPLICATION_ONLY.contains(permission)) {
            return Optional.empty();
        }
        boolean set = permission.endsWith(".Read.All") || permission.endsWith(".ReadWrite.All");
        return Optional.of(
                set && !SAME_IN_BOTH.contains(permission)
                        ? permission.substring(0, permission.length() - ".All".length())
                        : permission);
    }

    private static String held(Caller caller) {
        return String.join(",", caller.permissions().stream().sorted().toList());
    }
}
