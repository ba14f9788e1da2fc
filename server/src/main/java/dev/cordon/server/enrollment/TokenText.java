package dev.cordon.server.enrollment;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of an enrollment token: {@code cordon-enroll.<id>.<secret>.<hash>}. The hash is that of the server's own
 * authority, by which an agent that has nothing but the token knows the right server.
 *
 * @param secret 256 random bits, base64url without padding
 * @param authority lower-case hex SHA-256 of the server authority's certificate (DER)
 */
record TokenText(String id, String secret, String authority) {

    private static final Pattern FORM = Pattern.compile(
            "cordon-enroll\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.([A-Za-z0-9_-]{43})\\.([0-9a-f]{64})");
    private static final SecureRandom RANDOM = new SecureRandom();

    static TokenText fresh(String id, String authority) {
        var bits = new byte[32];
        RANDOM.nextBytes(bits);
        return new TokenText(id, Base64.getUrlEncoder().withoutPadding().encodeToString(bits), authority);
    }

    /** Reads a token's text; nothing if it does not have the form. */
    static Optional<TokenText> parse(String text) {
        var form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new TokenText(form.group(1), form.group(2), form.group(3)))
                : Optional.empty();
    }

    String text() {
        return "cordon-enroll." + id + "." + secret + "." + authority;
    }

    /** What is stored of the secret. It is random and long, so a plain hash cannot be guessed back. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "TokenText[" + id + "]";
    }
}
