package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import java.util.Optional;

/**
 * What is asked of single-page applications, which redeem codes and refresh tokens in the browser: no secret, but a proof
 * key, and an origin that is theirs. Whoever is none must not call from a page (RFC 9700, 2.1.1; "OAuth 2.0 for
 * Browser-Based Applications").
 */
final class SinglePages {

    private SinglePages() {}

    /** @throws TokenRefusal if a page asks for a code that anybody could redeem */
    static void requireProofKey(AuthorizeRequest request, ResponseType type, Optional<ProofKey> proofKey) {
        if (type.code()
                && proofKey.isEmpty()
                && request.client().singlePageUris().contains(request.redirectUri())) {
            throw refusal(
                    9002325, "Proof Key for Code Exchange is required for cross-origin authorization code redemption.");
        }
    }

    /**
     * Checks that what was issued to a page is redeemed by a page of the application, and nothing else is.
     *
     * @param singlePage whether it was issued to a page
     */
    static void requireOrigin(TokenRequest request, Client client, boolean singlePage) {
        if (singlePage && request.origin().isEmpty()) {
            throw refusal(
                    9002327,
                    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.");
        }
        boolean foreign = request.origin().isPresent()
                && !(singlePage
                        && client.singlePageUris().stream()
                                .map(RedirectUri::origin)
                                .anyMatch(request.origin().get()::equals));
        if (foreign) {
            throw refusal(
                    9002326,
                    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type,"
                            + " from the origins of its redirect URIs.");
        }
    }

    private static TokenRefusal refusal(int number, String text) {
        return TokenRefusal.of(number, "invalid_request", 400, text);
    }
}
