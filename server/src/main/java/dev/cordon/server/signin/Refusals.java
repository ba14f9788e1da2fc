package dev.cordon.server.signin;

import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.TokenRefusal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The refusals of grants with a user. */
final class Refusals {

    private static final String BAD_TOKEN = "bad_token";
    private static final String BASIC_ACTION = "basic_action";

    private Refusals() {}

    static TokenRefusal wrongPassword() {
        return invalidGrant(50126, "Error validating credentials due to invalid username or password.");
    }

    static TokenRefusal unknownUser(String name) {
        return invalidGrant(
                50034, "The user account " + Excerpt.of(name) + " does not exist in the directory. Check the name.");
    }

    static TokenRefusal locked() {
        return invalidGrant(
                50053,
                "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.");
    }

    /** The number that the original has for addresses it does not trust, too. */
    static TokenRefusal tooManyTries() {
        return invalidGrant(
                50053, "Sign-in was blocked: too many wrong tries came from this IP address. Wait ten minutes.");
    }

    static TokenRefusal passwordExpired() {
        return TokenRefusal.invalidGrant(
                50055, "user_password_expired", "The password is expired. Sign in with a browser to choose a new one.");
    }

    /** The same to a page that may show nothing. */
    static TokenRefusal passwordExpiredSilently() {
        return TokenRefusal.of(50055, "interaction_required", 400, "The password is expired.");
    }

    /** The claims say which policy it is, so that an application can hand them on. */
    static TokenRefusal blockedByConditionalAccess(String tenantId, Endpoint endpoint) {
        var policy = UUID.nameUUIDFromBytes(("networks " + tenantId).getBytes(StandardCharsets.UTF_8));
        var text = "Access has been blocked by Conditional Access policies. The organization lets people sign in from"
                + " certain networks only; an administrator can change them.";
        var refusal = endpoint == Endpoint.V1
                ? TokenRefusal.of(53003, "interaction_required", 400, text)
                : TokenRefusal.invalidGrant(53003, "message_only", text);
        return refusal.withClaims(
                "{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"" + policy + "\"]}}}");
    }

    static TokenRefusal loop() {
        return invalidGrant(
                50196,
                "The server terminated an operation because it encountered a client request loop: the same tokens are asked"
                        + " for again and again. Keep tokens until they expire; they hold for an hour.");
    }

    static TokenRefusal userDisabled() {
        return invalidGrant(50057, "The user account is disabled.");
    }

    /** A password alone does not do, and this grant can ask for nothing else. */
    static TokenRefusal secondFactorNeeded(Endpoint endpoint, boolean enrolled) {
        int number = enrolled ? 50076 : 50079;
        var text = enrolled
                ? "The user must use multi-factor authentication to access this resource. Use a sign-in with a browser or a device code."
                : "The user must enroll in multi-factor authentication to access this resource. Sign in with a browser once.";
        return switch (endpoint) {
            case V1 -> TokenRefusal.of(number, "interaction_required", 400, text);
            case V2 -> TokenRefusal.invalidGrant(number, BASIC_ACTION, text);
        };
    }

    static TokenRefusal passwordGrantOff(String application) {
        return TokenRefusal.of(
                70003,
                "unauthorized_client",
                400,
                "Application '" + application
                        + "' may not take users' passwords. An administrator can allow the password grant for it.");
    }

    static TokenRefusal consentNeeded(String application) {
        return TokenRefusal.invalidGrant(
                65001,
                "consent_required",
                "The user or administrator has not consented to use the application with ID '" + application
                        + "'. Send an interactive authorization request for this user and resource.");
    }

    static TokenRefusal permissionNotConfigured(String application, String what) {
        return TokenRefusal.of(
                650057,
                "invalid_resource",
                400,
                "Invalid resource. The client has requested access to " + Excerpt.of(what)
                        + ", which is not among the delegated permissions of application '" + application + "'.");
    }

    static TokenRefusal refreshTokenInvalid() {
        return TokenRefusal.invalidGrant(70000, BAD_TOKEN, "The refresh token is invalid.");
    }

    static TokenRefusal refreshTokenOfOther() {
        return TokenRefusal.invalidGrant(
                70000, "client_mismatch", "The refresh token was issued to another application or tenant.");
    }

    static TokenRefusal refreshTokenReused() {
        return TokenRefusal.invalidGrant(
                50173,
                BAD_TOKEN,
                "The refresh token was used before, so the grant is revoked: somebody else may have a copy. Sign in again.");
    }

    static TokenRefusal grantRevoked() {
        return TokenRefusal.invalidGrant(
                50173, BAD_TOKEN, "The provided grant has expired due to it being revoked. Sign in again.");
    }

    static TokenRefusal refreshTokenExpired() {
        return TokenRefusal.invalidGrant(
                700082, BAD_TOKEN, "The refresh token has expired due to inactivity. Sign in again.");
    }

    static TokenRefusal pageTokenExpired() {
        return TokenRefusal.invalidGrant(
                700084,
                BAD_TOKEN,
                "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of"
                        + " 1.00:00:00, which can not be extended. It is now expired. Sign in again.");
    }

    static TokenRefusal assertionInvalid(@Nullable String why) {
        return invalidGrant(50013, "Assertion failed signature validation, or is no access token. " + why);
    }

    static TokenRefusal assertionForAnother(String application) {
        return invalidGrant(
                500131,
                "Assertion audience does not match the Client app presenting the assertion. It must be 'api://"
                        + application + "' or '" + application + "', and the application must expose an API.");
    }

    static TokenRefusal assertionExpired() {
        return invalidGrant(500133, "Assertion is not within its valid time range. Get a new one from the client.");
    }

    static TokenRefusal assertionOfNoUser(String application) {
        return invalidGrant(
                7000114,
                "Application '" + application + "' is not allowed to make application on-behalf-of calls:"
                        + " the assertion is no user's.");
    }

    private static TokenRefusal invalidGrant(int number, String text) {
        return TokenRefusal.of(number, "invalid_grant", 400, text);
    }
}
