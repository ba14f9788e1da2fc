package dev.cordon.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Identity of a machine: the SHA-1 of the public key it made at enrollment, 40 lower-case hex digits, the form in
 * which the API shows machine ids. SHA-1 names the key here; it protects nothing.
 *
 * @param value 40 lower-case hex digits
 */
public record MachineId(String value) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

    /** Checks the form; throws {@link IllegalArgumentException} when it is not 40 lower-case hex digits. */
    public MachineId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a machine id is 40 lower-case hex digits");
        }
    }

    /** The id of the machine that holds the private half of {@code key}: SHA-1 over its SubjectPublicKeyInfo. */
    public static MachineId of(PublicKey key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
            return new MachineId(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-1", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
