package dev.cordon.server.identity;

import java.util.Locale;
import java.util.Set;

/**
 * The resource ids that name this API: those registered on {@code WindowsDefenderATP}, compared without case, each with
 * or without a slash at its end. Immutable.
 *
 * <p>{@code https://api.security.microsoft.com} belongs to another application, {@code Microsoft Threat Protection}, that
 * holds none of this API's permissions. Tokens for it are issued, as the original does, but open the API only if the
 * operator says so.
 */
public final class Audiences {

    public static final String RECOMMENDED = "https://api.securitycenter.microsoft.com";

    private static final Set<String> DEFENDER = Set.of(
            RECOMMENDED,
            "https://api-us.securitycenter.microsoft.com",
            "https://api-eu.securitycenter.microsoft.com",
            "https://api-uk.securitycenter.microsoft.com",
            "https://api.securitycenter.windows.com",
            "https://securitycenter.onmicrosoft.com/windowsatpservice",
            "https://securitycenter.microsoft.com/mtp",
            "https://managementapi.securitycenter.windows.com",
            "https://api-gcc.securitycenter.microsoft.us",
            "https://api-gov.securitycenter.microsoft.us",
            "https://api.securitycenter.windows.us",
            "https://securityoperations.microsoft.com",
            "https://publicapi-prd.trafficmanager.net",
            "https://userrequestsgraphapiep-prd.trafficmanager.net",
            "fc780465-2017-40d4-a0c5-307022471b92");

    private static final Set<String> THREAT_PROTECTION = Set.of(
            "https://api.security.microsoft.com",
            "https://api-us.security.microsoft.com",
            "https://api-eu.security.microsoft.com",
            "https://api-uk.security.microsoft.com",
            "https://security.microsoft.com/mtp",
            "8ee8fdad-f234-4243-8f3b-15c294843740");

    /** What a resource id names. */
    public enum Resource {
        /** This API: a token for it opens the routes that its permissions allow. */
        API,
        /** The neighbour: a token for it is issued without permissions, and the API refuses it. */
        NEIGHBOUR,
        UNKNOWN
    }

    private final boolean acceptThreatProtection;

    Audiences(boolean acceptThreatProtection) {
        this.acceptThreatProtection = acceptThreatProtection;
    }

    /** Whether two resource ids name the same API, be it one that this server does not know. */
    public boolean sameApi(String one, String other) {
        var resource = resource(one);
        return resource == resource(other)
                && (resource != Resource.UNKNOWN || folded(one).equals(folded(other)));
    }

    /** Whether an id is one of these, a neighbour's or the directory's, and so can be no application's. */
    public static boolean isReserved(String id) {
        var name = folded(id);
        return DEFENDER.contains(name) || THREAT_PROTECTION.contains(name) || Graph.is(name);
    }

    public Resource resource(String id) {
        var name = folded(id);
        if (DEFENDER.contains(name)) {
            return Resource.API;
        }
        if (THREAT_PROTECTION.contains(name)) {
            return acceptThreatProtection ? Resource.API : Resource.NEIGHBOUR;
        }
        return Resource.UNKNOWN;
    }

    private static String folded(String id) {
        var name = id.toLowerCase(Locale.ROOT);
        return name.startsWith("https://") && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }
}
