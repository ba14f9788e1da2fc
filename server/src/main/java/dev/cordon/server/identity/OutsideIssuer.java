package dev.cordon.server.identity;

import dev.cordon.server.issuers.TrustedIssuer;

/**
 * An issuer whose tokens the API accepts in place of this server's own.
 *
 * @param audience what its tokens for this tenant carry in {@code aud}
 */
record OutsideIssuer(String tenantId, String id, TrustedIssuer issuer, String audience, ClaimMapping mapping) {}
