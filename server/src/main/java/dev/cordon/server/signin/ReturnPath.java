package dev.cordon.server.signin;

import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenRefusal;
import java.util.regex.Pattern;

/**
 * Where a form sends the browser back to: a page of this server, never elsewhere.
 *
 * @param query without its question mark
 */
record ReturnPath(String path, String query) {

    private static final Pattern AUTHORIZE =
            Pattern.compile("/([A-Za-z0-9._-]{1,253})/oauth2/(v2\\.0/)?authorize", Pattern.CASE_INSENSITIVE);
    private static final Pattern ADMIN =
            Pattern.compile("/([A-Za-z0-9._-]{1,253})/(v2\\.0/)?adminconsent", Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER = Pattern.compile("/(devicelogin|account)");
    private static final int LONGEST = 16_000;

    /** @throws TokenRefusal for anything else than a path of ours */
    static ReturnPath parse(String text) {
        int mark = text.indexOf('?');
        var path = mark < 0 ? text : text.substring(0, mark);
        var query = mark < 0 ? "" : text.substring(mark + 1);
        boolean known = AUTHORIZE.matcher(path).matches()
                || ADMIN.matcher(path).matches()
                || OTHER.matcher(path).matches();
        if (!known || text.length() > LONGEST || !query.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw TokenRefusal.malformed("the form does not say where to go on.");
        }
        return new ReturnPath(path, query);
    }

    String text() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    boolean isAuthorize() {
        return AUTHORIZE.matcher(path).matches();
    }

    boolean isAdminConsent() {
        return ADMIN.matcher(path).matches();
    }

    /** The tenant of an authorization request. */
    String tenantName() {
        var matcher = AUTHORIZE.matcher(path);
        if (!matcher.matches()) {
            throw TokenRefusal.malformed("the form does not belong to a sign-in.");
        }
        return matcher.group(1);
    }

    /** The tenant of a request for an administrator's consent. */
    String adminTenantName() {
        var matcher = ADMIN.matcher(path);
        if (!matcher.matches()) {
            throw TokenRefusal.malformed("the form does not belong to a request for consent.");
        }
        return matcher.group(1);
    }

    Endpoint endpoint() {
        var matcher = AUTHORIZE.matcher(path);
        return matcher.matches() && matcher.group(2) != null ? Endpoint.V2 : Endpoint.V1;
    }
}
