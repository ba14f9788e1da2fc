package dev.cordon.server.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The four files of the {@code tls} directory. Keys are written before the certificates that belong to them, so that
 * after a crash a certificate is never without its key; a key without its certificate gets a new one.
 */
final class TlsFiles {

    /** A certificate with the key that belongs to it. */
    record Shown(List<X509Certificate> chain, PrivateKey key) {}

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private static final Duration RENEW_BEFORE_END = Duration.ofDays(90);

    private final Path caPem;
    private final Path caKey;
    private final Path serverPem;
    private final Path serverKey;

    TlsFiles(Path folder) {
        caPem = folder.resolve("ca.pem");
        caKey = folder.resolve("ca.key");
        serverPem = folder.resolve("server.pem");
        serverKey = folder.resolve("server.key");
    }

    Shown open(Set<String> hosts, Instant now) {
        var authority = authority(now);
        if (!Files.exists(serverPem)) {
            return issue(authority, hosts, now);
        }
        var chain = Pem.certificates(serverPem);
        var leaf = chain.getFirst();
        if (!authority.issued(leaf)) {
            return operators(chain, now);
        }
        if (!Files.exists(serverKey)
                || !belong(leaf.getPublicKey(), Pem.privateKey(serverKey))
                || !chain.getLast().equals(authority.certificate())
                || now.isAfter(leaf.getNotAfter().toInstant().minus(RENEW_BEFORE_END))
                || !names(leaf).equals(hosts)) {
            return issue(authority, hosts, now);
        }
        return new Shown(chain, Pem.privateKey(serverKey));
    }

    private Authority authority(Instant now) {
        boolean hasPem = Files.exists(caPem);
        boolean hasKey = Files.exists(caKey);
        if (hasPem && hasKey) {
            var authority = new Authority(Pem.certificates(caPem).getFirst(), Pem.privateKey(caKey));
            if (!belong(authority.certificate().getPublicKey(), authority.key())) {
                throw new TlsException(
                        caKey + " does not belong to " + caPem + ". Restore both from the same backup.", null);
            }
            return authority;
        }
        if (hasPem) {
            throw new TlsException(
                    caKey + " is missing although " + caPem + " is there. Restore it from a backup; enrolled machines"
                            + " and clients trust that authority.",
                    null);
        }
        if (Files.exists(serverPem) && hasKey) {
            throw new TlsException(
                    caPem + " is missing although " + caKey + " is there. Restore it from a backup, or copy the last"
                            + " certificate of " + serverPem + " to it.",
                    null);
        }
        var made = Authority.create(now);
        Pem.write(caKey, made.key());
        Pem.write(caPem, List.of(made.certificate()));
        LOG.atInfo().addKeyValue("file", caPem).log("server authority made");
        return made;
    }

    private Shown issue(Authority authority, Set<String> hosts, Instant now) {
        var keys = Authority.keyPair();
        var leaf = authority.issue(keys.getPublic(), hosts, now);
        var shown = new Shown(List.of(leaf, authority.certificate()), keys.getPrivate());
        Pem.write(serverKey, shown.key());
        Pem.write(serverPem, shown.chain());
        LOG.atInfo()
                .addKeyValue("hosts", hosts)
                .addKeyValue("until", leaf.getNotAfter().toInstant())
                .log("server certificate issued");
        return shown;
    }

    private Shown operators(List<X509Certificate> chain, Instant now) {
        if (!Files.exists(serverKey)) {
            throw new TlsException(
                    serverKey + " is missing although " + serverPem
                            + " is there. Put its private key there, mode 0600.",
                    null);
        }
        var key = Pem.privateKey(serverKey);
        var leaf = chain.getFirst();
        if (!belong(leaf.getPublicKey(), key)) {
            throw new TlsException(
                    serverKey + " does not belong to the first certificate in " + serverPem
                            + ". Put the server's certificate first, its authority last, and the key that belongs to it.",
                    null);
        }
        var end = leaf.getNotAfter().toInstant();
        if (now.isAfter(end.minus(RENEW_BEFORE_END.dividedBy(3)))) {
            LOG.atWarn()
                    .addKeyValue("file", serverPem)
                    .addKeyValue("until", end)
                    .log("the operator's server certificate ends soon or has ended: replace it and restart");
        }
        return new Shown(chain, key);
    }

    private static Set<String> names(X509Certificate certificate) {
        var names = new LinkedHashSet<String>();
        try {
            var alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach(name -> names.add(HostNames.normal(String.valueOf(name.get(1)))));
            }
        } catch (CertificateParsingException | TlsException e) {
            return Set.of();
        }
        return names;
    }

    private static boolean belong(PublicKey publicKey, PrivateKey privateKey) {
        var algorithm = signatureAlgorithm(privateKey);
        if (algorithm == null) {
            return false;
        }
        try {
            var probe = new byte[32];
            var signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(probe);
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(probe);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static @Nullable String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC", "ECDSA" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "Ed25519", "EdDSA" -> "Ed25519";
            default -> null;
        };
    }
}
