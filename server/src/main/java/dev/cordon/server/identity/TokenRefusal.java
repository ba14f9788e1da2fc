package dev.cordon.server.identity;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request that the token service refuses, with the number that Entra gives to the reason. Administrators look the
 * number up, token libraries switch on the OAuth code, so both are part of the contract.
 */
public final class TokenRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int number;
    private final String error;
    private final int status;

    private final @Nullable String suberror;

    private final @Nullable String claims;

    private TokenRefusal(int number, String error, int status, String text) {
        this(number, error, status, text, null, null);
    }

    private TokenRefusal(
            int number, String error, int status, String text, @Nullable String suberror, @Nullable String claims) {
        super(text, null, false, false);
        this.claims = claims;
        this.suberror = suberror;
        this.number = number;
        this.error = error;
        this.status = status;
    }

    /** A refusal that only one grant knows. */
    public static TokenRefusal of(int number, String error, int status, String text) {
        return new TokenRefusal(number, error, status, text);
    }

    /** A refused grant (RFC 6749, 5.2), with the word that tells token libraries what to do about it. */
    public static TokenRefusal invalidGrant(int number, String suberror, String text) {
        return new TokenRefusal(number, "invalid_grant", 400, text, suberror, null);
    }

    /** The same refusal with a claims challenge, in JSON, which libraries hand on to the next request. */
    public TokenRefusal withClaims(String challenge) {
        return new TokenRefusal(number, error, status, String.valueOf(getMessage()), suberror, challenge);
    }

    /** The claims challenge, if there is one. */
    public Optional<String> claims() {
        return Optional.ofNullable(claims);
    }

    /** What token libraries read beside the OAuth code. */
    public Optional<String> suberror() {
        return Optional.ofNullable(suberror);
    }

    /** The digits behind {@code AADSTS}. */
    public int number() {
        return number;
    }

    /** The OAuth 2.0 error code (RFC 6749, 5.2). */
    public String error() {
        return error;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    private static TokenRefusal invalidRequest(int number, String text) {
        return new TokenRefusal(number, "invalid_request", 400, text);
    }

    /** Client authentication failed. */
    static TokenRefusal invalidClient(int number, String text) {
        return new TokenRefusal(number, "invalid_client", 401, text);
    }

    private static TokenRefusal unauthorizedClient(int number, String text) {
        return new TokenRefusal(number, "unauthorized_client", 400, text);
    }

    private static TokenRefusal invalidScope(int number, String text) {
        return new TokenRefusal(number, "invalid_scope", 400, text);
    }

    public static TokenRefusal tenantNotFound(String tenant) {
        return invalidRequest(
                90002,
                "Tenant '" + Excerpt.of(tenant)
                        + "' not found. Check the tenant's id or domain name, and that this is the right server.");
    }

    public static TokenRefusal aliasNotAllowed(String alias) {
        return alias.equalsIgnoreCase("organizations")
                ? invalidRequest(
                        50059,
                        "No tenant-identifying information found in the request. Put the tenant's id or domain name in place of 'organizations'.")
                : invalidRequest(
                        9001023,
                        "The grant type is not supported over the /common or /consumers endpoints. Use the tenant's own endpoint.");
    }

    /** @param application an application that is served under its tenant's name only */
    public static TokenRefusal ownTenantOnly(Application application) {
        return invalidRequest(
                50194,
                "Application '" + application.id() + "'(" + Excerpt.of(application.displayName())
                        + ") is not configured as a multi-tenant application. Usage of the /common endpoint is not supported"
                        + " for it. Use the tenant's own endpoint.");
    }

    public static TokenRefusal wrongMethod(String method) {
        return invalidRequest(
                900561, "The endpoint only accepts POST requests. Received a " + Excerpt.of(method) + " request.");
    }

    public static TokenRefusal malformed(String what) {
        return invalidRequest(9002313, "Invalid request. Request is malformed or invalid: " + what);
    }

    public static TokenRefusal missingParameter(String name) {
        return invalidRequest(900144, "The request body must contain the following parameter: '" + name + "'.");
    }

    static TokenRefusal missingCredentialField(String name) {
        return invalidRequest(90014, "The required field '" + name + "' is missing from the credential.");
    }

    public static TokenRefusal unsupportedGrant(String grant, Collection<String> supported) {
        return new TokenRefusal(
                70003,
                "unsupported_grant_type",
                400,
                "The app requested an unsupported grant type '" + Excerpt.of(grant) + "'. This server supports "
                        + String.join(", ", new TreeSet<>(supported)) + ".");
    }

    public static TokenRefusal applicationNotFound(String clientId, String tenant) {
        return unauthorizedClient(
                700016,
                "Application with identifier '" + Excerpt.of(clientId) + "' was not found in the directory '"
                        + Excerpt.of(tenant) + "'. Check the client id and the tenant.");
    }

    public static TokenRefusal applicationDisabled(String clientId) {
        return unauthorizedClient(7000112, "Application '" + clientId + "' is disabled.");
    }

    public static TokenRefusal noCredential() {
        return invalidClient(
                7000218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");
    }

    static TokenRefusal wrongSecret(String clientId) {
        return invalidClient(
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value,"
                        + " not the client secret ID, for a secret added to app '" + clientId + "'.");
    }

    static TokenRefusal secretExpired(String clientId) {
        return invalidClient(
                7000222,
                "The provided client secret keys for app '" + clientId
                        + "' are expired. Make a new secret for the application.");
    }

    public static TokenRefusal scopeNotValid(String scope) {
        return invalidScope(
                70011,
                "The provided request must include a 'scope' input parameter. The provided value for the input parameter"
                        + " 'scope' is not valid. The scope " + Excerpt.of(scope) + " is not valid.");
    }

    public static TokenRefusal scopesOfSeveralResources() {
        return invalidScope(
                700022,
                "The provided value for the input parameter scope is not valid because it contains more than one resource.");
    }

    static TokenRefusal scopeWithoutDefault(String scope) {
        return invalidScope(
                1002012,
                "The provided value for scope " + Excerpt.of(scope)
                        + " is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.");
    }

    public static TokenRefusal resourceAtV2() {
        return invalidRequest(
                901002,
                "The 'resource' request parameter is not supported. Name the resource in 'scope', with /.default behind it.");
    }

    public static TokenRefusal resourceNotFound(String resource, String tenant) {
        return new TokenRefusal(
                500011,
                "invalid_resource",
                400,
                "The resource principal named " + Excerpt.of(resource) + " was not found in the tenant named "
                        + Excerpt.of(tenant) + ". The resource of this server is " + Audiences.RECOMMENDED + ".");
    }

    static TokenRefusal unknownInstance(String authority) {
        return new TokenRefusal(
                50049, "invalid_instance", 400, "Unknown or invalid instance: " + Excerpt.of(authority) + ".");
    }

    public static TokenRefusal overloaded() {
        return new TokenRefusal(
                90055, "temporarily_unavailable", 429, "The server signs as many tokens as it can. Try again shortly.");
    }

    public static TokenRefusal internal() {
        return new TokenRefusal(
                90036,
                "server_error",
                500,
                "An unexpected error occurred. Try again; the server's log tells more under the trace ID.");
    }
}
