package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenRefusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Proof key for code exchange (RFC 7636): who redeems a code must know what its challenge was made of. */
record ProofKey(String challenge, Method method) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    enum Method {
        S256("S256"),
        PLAIN("plain");

        private final String word;

        Method(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        static Method of(@Nullable String word) {
            return "S256".equals(word) ? S256 : PLAIN;
        }
    }

    /**
     * The challenge of an authorization request, if there is one.
     *
     * @throws TokenRefusal for a malformed challenge or an unknown method
     */
    static Optional<ProofKey> of(Parameters parameters) {
        var challenge = parameters.optional("code_challenge");
        var method = parameters.optional("code_challenge_method");
        if (challenge.isEmpty()) {
            if (method.isPresent()) {
                throw TokenRefusal.missingParameter("code_challenge");
            }
            return Optional.empty();
        }
        if (!FORM.matcher(challenge.get()).matches()) {
            throw bad("The code_challenge must have 43 to 128 unreserved characters.");
        }
        return switch (method.orElse("plain").toLowerCase(Locale.ROOT)) {
            case "s256" -> Optional.of(new ProofKey(challenge.get(), Method.S256));
            case "plain" -> Optional.of(new ProofKey(challenge.get(), Method.PLAIN));
            default -> throw bad("The code_challenge_method must be S256 or plain.");
        };
    }

    /** Whether a verifier is what the challenge was made of. */
    boolean fits(String verifier) {
        var made = switch (method) {
            case S256 -> Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hash(verifier));
            case PLAIN -> verifier;
        };
        return MessageDigest.isEqual(made.getBytes(StandardCharsets.UTF_8), challenge.getBytes(StandardCharsets.UTF_8));
    }

    private static TokenRefusal bad(String text) {
        return TokenRefusal.of(501491, "invalid_request", 400, text);
    }
}
