package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.AuthorizeRequest.ResponseMode;
import java.util.Set;

/**
 * What an authorization request wants back: a code, an id token, or both at once (OAuth 2.0 Multiple Response Type
 * Encoding Practices; OpenID Connect Core 1.0, 3.2 and 3.3). An access token is never handed out this way (RFC 9700,
 * 2.1.2).
 */
record ResponseType(boolean code, boolean idToken) {

    private static final Set<String> KNOWN = Set.of("code", "id_token");

    /**
     * The type that a request names, if its client may have it and the request has what an id token needs.
     *
     * @throws TokenRefusal otherwise
     */
    static ResponseType of(AuthorizeRequest request, ScopeRequest scope) {
        request.parameters().required("response_type");
        var words = request.responseWords();
        if (words.contains("token")) {
            throw unsupported(
                    700051,
                    "response_type 'token' is not enabled for the application. Use 'code'; the token endpoint gives the rest.");
        }
        if (words.isEmpty() || !KNOWN.containsAll(words)) {
            throw unsupported(70001, "response_type must be 'code', 'id_token' or 'code id_token'.");
        }
        var type = new ResponseType(words.contains("code"), words.contains("id_token"));
        if (type.idToken) {
            requireIdToken(request, scope);
        }
        return type;
    }

    private static void requireIdToken(AuthorizeRequest request, ScopeRequest scope) {
        if (!request.client().idTokens()) {
            throw unsupported(
                    700054,
                    "response_type 'id_token' is not enabled for the application. Use 'code', or have an administrator allow it.");
        }
        if (request.parameters()
                .optional("response_mode")
                .filter("query"::equalsIgnoreCase)
                .isPresent()) {
            throw TokenRefusal.of(
                    70007,
                    "invalid_request",
                    400,
                    "'query' is not a supported value of 'response_mode' when requesting a token.");
        }
        request.parameters().required("nonce");
        if (!scope.openId()) {
            throw TokenRefusal.of(
                    70011, "invalid_scope", 400, "The scope must hold 'openid' when an id token is requested.");
        }
    }

    /** A query ends in histories and logs: what holds a token stands in the fragment unless it is posted. */
    static ResponseMode defaultMode(Set<String> words) {
        return words.contains("id_token") || words.contains("token") ? ResponseMode.FRAGMENT : ResponseMode.QUERY;
    }

    private static TokenRefusal unsupported(int number, String text) {
        return TokenRefusal.of(number, "unsupported_response_type", 400, text);
    }
}
