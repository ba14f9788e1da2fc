package dev.cordon.server.web;

import java.util.List;

/** Names of the permissions, as tokens carry them in application context, and the check for them. */
public final class Permissions {

    public static final String MACHINE_ISOLATE = "Machine.Isolate";
    public static final String MACHINE_READ_ALL = "Machine.Read.All";
    public static final String MACHINE_READ_WRITE_ALL = "Machine.ReadWrite.All";

    /** Manage one's own tenant under {@code /cordon/v1}: applications, enrollment, settings, audit. */
    public static final String CORDON_ADMINISTER = "Cordon.Administer";

    /** Operate the server: make and list tenants. */
    public static final String CORDON_OPERATE = "Cordon.Operate";

    private Permissions() {}

    /**
     * Lets a caller with any of the permissions pass.
     *
     * @throws ApiException 403 with the text that the Defender API gives in application context
     */
    public static void require(Caller caller, List<String> anyOf) {
        if (anyOf.stream().noneMatch(caller.permissions()::contains)) {
            throw ApiException.forbidden("Missing application roles. API required roles: " + String.join(",", anyOf)
                    + ", application roles: "
                    + String.join(",", caller.permissions().stream().sorted().toList()) + ".");
        }
    }
}
