package dev.cordon.agent.enrollment;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An enrollment token: {@code cordon-enroll.<id>.<secret>.<SHA-256 of the server's CA certificate, hex>}. Because it
 * names the authority, a machine needs no other file to know that it talks to the right server.
 *
 * @param text as the operator was given it; a secret
 * @param caSha256 of the DER form of the server's CA certificate, lower-case hex
 */
record EnrollmentToken(String text, String caSha256) {

    private static final Pattern FORM =
            Pattern.compile("cordon-enroll\\.[A-Za-z0-9_-]{1,128}\\.[A-Za-z0-9_-]{1,256}\\.([0-9a-fA-F]{64})");

    static EnrollmentToken parse(String text) throws EnrollmentException {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new EnrollmentException(
                    "the token is not complete: it starts with 'cordon-enroll.' and has four parts; copy all of it",
                    null);
        }
        return new EnrollmentToken(form.group(), form.group(1).toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "EnrollmentToken[secret]";
    }
}
