package dev.cordon.server.users;

import java.math.BigInteger;
import java.time.Instant;

/** An authenticator application, for tests of other packages. */
public final class OneTimeCode {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private OneTimeCode() {}

    /** @param base32 as the page shows it */
    public static String of(String base32, Instant at) {
        var number = BigInteger.ZERO;
        for (char c : base32.replace(" ", "").toCharArray()) {
            number = number.shiftLeft(5).or(BigInteger.valueOf(ALPHABET.indexOf(c)));
        }
        var bytes = number.toByteArray();
        var secret = new byte[20];
        int from = Math.max(0, bytes.length - secret.length);
        System.arraycopy(bytes, from, secret, secret.length - (bytes.length - from), bytes.length - from);
        return Totp.code(secret, at);
    }
}
