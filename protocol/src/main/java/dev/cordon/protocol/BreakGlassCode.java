package dev.cordon.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The one-time code that releases an isolation on the machine itself: 20 characters of the base32 alphabet (RFC 4648,
 * section 6), 100 random bits, so that its hash in a command gives nothing away.
 *
 * @param value 20 characters, upper case, without separators; a secret
 */
public record BreakGlassCode(String value) {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int LENGTH = 20;
    private static final int GROUP = 5;
    private static final Pattern FORM = Pattern.compile("[A-Z2-7]{20}");

    /** Checks the form; throws {@link IllegalArgumentException} when it is not that of a code. */
    public BreakGlassCode {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a break-glass code has 20 letters and digits, A to Z and 2 to 7");
        }
    }

    /** A new code. */
    public static BreakGlassCode make(SecureRandom random) {
        var text = new StringBuilder(LENGTH);
        var bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        for (byte each : bytes) {
            text.append(ALPHABET.charAt(each & (ALPHABET.length() - 1))); // 32 characters: each as likely as the others
        }
        return new BreakGlassCode(text.toString());
    }

    /** Reads what a person typed: in any case, with any spaces and dashes. */
    public static BreakGlassCode parse(String typed) {
        return new BreakGlassCode(typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT));
    }

    /** In groups of five, as it is shown to people. */
    public String shown() {
        var text = new StringBuilder(value);
        for (int at = LENGTH - GROUP; at > 0; at -= GROUP) {
            text.insert(at, '-');
        }
        return text.toString();
    }

    /** What an isolate command carries: SHA-256 over the 20 characters. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }

    /** Shows nothing of the secret. */
    @Override
    public String toString() {
        return "BreakGlassCode[…]";
    }
}
