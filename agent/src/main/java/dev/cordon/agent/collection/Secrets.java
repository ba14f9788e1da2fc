package dev.cordon.agent.collection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a package never holds: password hashes, private keys, key stores and credentials. Judged by the real path, so
 * that a link does not lead around it, and by what a file says it is. Stateless.
 */
final class Secrets {

    private static final Set<String> FILES = Set.of(
            "/etc/shadow",
            "/etc/shadow-",
            "/etc/gshadow",
            "/etc/gshadow-",
            "/etc/krb5.keytab",
            "/etc/security/opasswd");

    private static final Pattern NAMES = Pattern.compile(
            "(ssh_host_.*_key|id_(rsa|dsa|ecdsa|ed25519)[^.]*|.*\\.(key|pem|p12|pfx|jks|keystore|keytab|kdbx)"
                    + "|\\.(netrc|pgpass|my\\.cnf|git-credentials|npmrc|pypirc)|environ|credentials)");

    private static final byte[] PRIVATE_KEY = "PRIVATE KEY-----".getBytes(StandardCharsets.US_ASCII);

    private Secrets() {}

    static boolean isSecret(Path file) throws SourceException {
        Path real;
        try {
            real = file.toRealPath();
        } catch (IOException e) {
            throw new SourceException(e);
        }
        var name = real.getFileName();
        return FILES.contains(real.toString())
                || real.startsWith("/etc/ssl/private")
                || (name != null && NAMES.matcher(name.toString()).matches());
    }

    /** Whether the beginning of a file shows a private key. */
    static boolean showsPrivateKey(byte[] bytes, int length) {
        for (int i = 0; i + PRIVATE_KEY.length <= length; i++) {
            int matched = 0;
            while (matched < PRIVATE_KEY.length && bytes[i + matched] == PRIVATE_KEY[matched]) {
                matched++;
            }
            if (matched == PRIVATE_KEY.length) {
                return true;
            }
        }
        return false;
    }
}
