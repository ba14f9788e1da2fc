package dev.cordon.server.identity;

import java.time.Instant;

/** Why client assertions (RFC 7521, RFC 7523) are refused, with Entra's numbers. */
final class AssertionRefusals {

    private AssertionRefusals() {}

    static TokenRefusal malformed(String what) {
        return TokenRefusal.invalidClient(50027, "JWT token is invalid or malformed: the client assertion " + what);
    }

    /** @param reason what an administrator needs to know, in the brackets where the original has it */
    static TokenRefusal signature(String reason) {
        return TokenRefusal.invalidClient(
                700027, "Client assertion failed signature validation. [Reason - " + reason + "]");
    }

    static TokenRefusal otherClient() {
        return TokenRefusal.invalidClient(
                700021,
                "Client assertion application identifier doesn't match 'client_id' parameter: 'iss' and 'sub' must both"
                        + " be the client id.");
    }

    static TokenRefusal audience(String wanted) {
        return TokenRefusal.invalidClient(
                700023,
                "Client assertion audience claim does not match Realm issuer: 'aud' must be " + wanted
                        + " and nothing else.");
    }

    static TokenRefusal outOfTime(Instant now) {
        return TokenRefusal.invalidClient(
                700024,
                "Client assertion is not within its valid time range. Current time: " + now
                        + ". Check the client's clock and make the assertion anew.");
    }

    static TokenRefusal noFederatedIssuer(String issuer) {
        return federated(700211, "issuer", issuer);
    }

    static TokenRefusal noFederatedAudience(String audience) {
        return federated(700212, "audience", audience);
    }

    static TokenRefusal noFederatedSubject(String subject) {
        return federated(700213, "subject", subject);
    }

    private static TokenRefusal federated(int number, String claim, String value) {
        return TokenRefusal.invalidClient(
                number,
                "No matching federated identity record found for presented assertion " + claim + " '"
                        + Excerpt.of(value) + "'. Compare it, character by character, with the application's federated"
                        + " credentials.");
    }

    static TokenRefusal replayed() {
        return TokenRefusal.invalidClient(
                50012,
                "Authentication failed: this client assertion was used before, and the certificate allows each one once."
                        + " Make a new one, with a jti of its own.");
    }
}
