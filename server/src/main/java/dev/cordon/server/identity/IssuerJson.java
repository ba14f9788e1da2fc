package dev.cordon.server.identity;

import dev.cordon.server.issuers.TrustedIssuer;
import dev.cordon.server.web.ApiException;
import tools.jackson.databind.node.ObjectNode;

/** An outside issuer in the JSON of administration. */
public final class IssuerJson {

    private static final int LONGEST_URL = 500;
    private static final int LONGEST_PEM = 64 * 1024;

    private IssuerJson() {}

    /** @throws ApiException 400 for URLs that are not fetched, or an authority that is no certificate */
    public static TrustedIssuer read(StrictObject body) {
        var issuer = body.text("issuer", LONGEST_URL).orElseThrow(() -> body.wrong("issuer", "is missing."));
        var jwksUri = body.text("jwksUri", LONGEST_URL);
        var authority = body.text("authority", LONGEST_PEM);
        try {
            return new TrustedIssuer(issuer, jwksUri, authority);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    public static void write(ObjectNode json, TrustedIssuer issuer) {
        json.put("issuer", issuer.issuer())
                .put("jwksUri", issuer.jwksUri().orElse(null))
                .put("authority", issuer.authorityPem().orElse(null));
    }
}
