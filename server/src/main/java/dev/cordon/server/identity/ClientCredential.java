package dev.cordon.server.identity;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import java.util.List;
import java.util.Optional;

/**
 * How a client says who it is: with a secret in the form or by HTTP Basic (RFC 6749, 2.3.1), with an assertion, or not at
 * all.
 */
sealed interface ClientCredential {

    /** RFC 7523, 2.2. */
    String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** The client id as the client wrote it. */
    String clientId();

    /** A shared secret. */
    record Secret(String clientId, String secret) implements ClientCredential {
        @Override
        public String toString() {
            return "Secret[clientId=" + Excerpt.of(clientId) + "]";
        }
    }

    /** A signed assertion (RFC 7523). */
    record Assertion(String clientId, String assertion) implements ClientCredential {
        @Override
        public String toString() {
            return "Assertion[clientId=" + Excerpt.of(clientId) + "]";
        }
    }

    /** Only the id. */
    record None(String clientId) implements ClientCredential {}

    /** @throws TokenRefusal if the id is missing, a part of the credential is, or two credentials contradict */
    static ClientCredential parse(TokenForm form, Optional<String> authorization) {
        var basic = authorization
                .filter(header -> header.regionMatches(true, 0, "Basic ", 0, 6))
                .map(ClientCredential::basic);
        if (basic.isPresent()) {
            requireAgreement(form, basic.get());
            return basic.get();
        }
        var clientId = form.required("client_id");
        if (form.has("client_assertion") || form.has("client_assertion_type")) {
            return assertion(form, clientId);
        }
        if (!form.has("client_secret")) {
            return new None(clientId);
        }
        return new Secret(
                clientId,
                form.optional("client_secret").orElseThrow(() -> TokenRefusal.missingCredentialField("client_secret")));
    }

    private static Assertion assertion(TokenForm form, String clientId) {
        for (var part : List.of("client_assertion", "client_assertion_type")) {
            if (form.optional(part).isEmpty()) {
                throw TokenRefusal.missingCredentialField(part);
            }
        }
        if (form.has("client_secret")) {
            throw TokenRefusal.malformed("the body holds both a client secret and a client assertion; send one.");
        }
        if (!JWT_BEARER.equals(form.required("client_assertion_type"))) {
            throw TokenRefusal.malformed("client_assertion_type must be " + JWT_BEARER + ".");
        }
        return new Assertion(clientId, form.required("client_assertion"));
    }

    private static Secret basic(String header) {
        try {
            var parsed = ClientSecretBasic.parse("Basic " + header.substring(6).strip());
            var id = parsed.getClientID().getValue();
            var secret = parsed.getClientSecret().getValue();
            if (secret.isEmpty()) {
                throw TokenRefusal.missingCredentialField("client_secret");
            }
            return new Secret(id, secret);
        } catch (ParseException | IllegalArgumentException e) {
            throw TokenRefusal.malformed(
                    "the Authorization header is not Basic with form-encoded client id and client secret.");
        }
    }

    private static void requireAgreement(TokenForm form, Secret basic) {
        boolean sameId = form.optional("client_id")
                .map(id -> Guid.parse(id).equals(Guid.parse(basic.clientId())))
                .orElse(true);
        boolean sameSecret =
                form.optional("client_secret").map(basic.secret()::equals).orElse(true);
        if (!sameId || !sameSecret || form.has("client_assertion")) {
            throw TokenRefusal.malformed("the Authorization header and the body hold different client credentials.");
        }
    }
}
