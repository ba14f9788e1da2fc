package dev.cordon.server.web;

/** Port: turns a bearer token into a caller. Thread-safe. */
public interface TokenVerifier {

    /**
     * Checks signature, issuer, audience, tenant and time.
     *
     * @throws ApiException 401 {@code Unauthorized} for a token that is missing, malformed, forged or expired; 403
     *     {@code Forbidden} for one that was issued for another audience
     */
    Caller verify(String token);

    /** The same for {@link Route.Face#PREVIEW}, where tokens for Microsoft Graph may count besides. */
    default Caller verifyForPreview(String token) {
        return verify(token);
    }
}
