package dev.cordon.server.issuers;

import dev.cordon.server.web.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What an issuer says about itself (OpenID Connect Discovery 1.0, 4). Stateless. */
final class DiscoveryDocument {

    private DiscoveryDocument() {}

    /**
     * Fetches it. RFC 8414, 3.3: a document that speaks for another issuer is not believed.
     *
     * @throws IssuerException if there is none
     */
    static JsonNode fetch(Fetch fetch, TrustedIssuer issuer) {
        var bytes = fetch.get(issuer.discovery(), issuer.authorityPem());
        try {
            var document = Json.MAPPER.readTree(bytes);
            if (!issuer.issuer().equals(document.path("issuer").asString(""))) {
                throw new IssuerException(issuer.discovery() + " speaks for another issuer: its issuer must be, letter"
                        + " by letter, " + issuer.issuer() + ".");
            }
            return document;
        } catch (JacksonException e) {
            throw new IssuerException(issuer.discovery() + " is no discovery document.");
        }
    }
}
