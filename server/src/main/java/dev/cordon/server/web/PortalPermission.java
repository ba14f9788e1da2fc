package dev.cordon.server.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a role allows its users, whatever application acts for them: the permissions of the Defender portal's roles. A
 * user needs both, the application's delegated permission and a role with the portal permission.
 */
public enum PortalPermission {
    VIEW_DATA("ViewData"),
    ACTIVE_REMEDIATION("ActiveRemediationActions"),
    ALERTS_INVESTIGATION("AlertsInvestigation"),
    MANAGE_SECURITY_SETTINGS("ManageSecuritySettings"),
    MANAGE_PORTAL_SETTINGS("ManagePortalSettings"),
    LIVE_RESPONSE_BASIC("LiveResponseBasic"),
    LIVE_RESPONSE_ADVANCED("LiveResponseAdvanced"),
    SECURITY_BASELINES("SecurityBaselines");

    private final String word;

    PortalPermission(String word) {
        this.word = word;
    }

    /** The name in JSON and in the database. */
    public String word() {
        return word;
    }

    /** The permission with this name, in any case. */
    public static Optional<PortalPermission> of(String word) {
        return Arrays.stream(values())
                .filter(permission -> permission.word.equalsIgnoreCase(word))
                .findFirst();
    }

    /**
     * Which portal permissions go with a delegated permission, any one of them, unless a route says otherwise.
     *
     * @param permission the name in application context or in user context
     * @param reading whether the call only reads, for permissions that cover both
     */
    static Set<PortalPermission> with(String permission, boolean reading) {
        return switch (permission.toLowerCase(Locale.ROOT).replaceFirst("\\.all$", "")) {
            case "machine.isolate", "machine.restrictexecution", "machine.scan", "machine.stopandquarantine" ->
                Set.of(ACTIVE_REMEDIATION);
            case "machine.collectforensics" -> Set.of(ALERTS_INVESTIGATION);
            case "machine.offboard" -> Set.of(MANAGE_SECURITY_SETTINGS);
            case "machine.liveresponse" -> Set.of(LIVE_RESPONSE_BASIC, LIVE_RESPONSE_ADVANCED);
            case "library.manage" -> Set.of(LIVE_RESPONSE_ADVANCED);
            case "machine.readwrite", "alert.readwrite" -> Set.of(reading ? VIEW_DATA : ALERTS_INVESTIGATION);
            case "ti.readwrite" ->
                reading
                        ? Set.of(VIEW_DATA, ACTIVE_REMEDIATION, MANAGE_SECURITY_SETTINGS)
                        : Set.of(ACTIVE_REMEDIATION, MANAGE_SECURITY_SETTINGS);
            case "securityconfiguration.readwrite" -> Set.of(reading ? VIEW_DATA : MANAGE_SECURITY_SETTINGS);
            case "securitybaselinesassessment.read" -> Set.of(VIEW_DATA, SECURITY_BASELINES);
            case "integrationconfiguration.readwrite", "cordon.administer", "cordon.operate" ->
                Set.of(MANAGE_PORTAL_SETTINGS);
            default -> Set.of(VIEW_DATA);
        };
    }
}
