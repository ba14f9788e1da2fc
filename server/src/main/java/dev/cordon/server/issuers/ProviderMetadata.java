package dev.cordon.server.issuers;

import java.net.URI;
import java.util.Optional;

/**
 * Where people sign in at an issuer.
 *
 * @param authorization where browsers are sent
 * @param token where codes are redeemed
 * @param endSession where browsers are sent to sign out, if there is such a place
 * @param secretInForm whether the secret goes into the form, because the issuer takes it nowhere else
 * @param namesItself whether answers to browsers carry the issuer (RFC 9207)
 */
public record ProviderMetadata(
        URI authorization, URI token, Optional<URI> endSession, boolean secretInForm, boolean namesItself) {}
