package dev.cordon.server.identity;

import dev.cordon.server.issuers.TrustedIssuer;

/**
 * An application's trust in tokens of an outside issuer: whoever shows one with exactly these claims is the application.
 *
 * @param name for people
 * @param subject {@code sub}, compared character by character
 * @param audience {@code aud}, compared character by character
 */
record FederatedCredential(String id, String name, TrustedIssuer issuer, String subject, String audience) {

    /** What such tokens are addressed to unless said otherwise. */
    static final String USUAL_AUDIENCE = "api://AzureADTokenExchange";
}
