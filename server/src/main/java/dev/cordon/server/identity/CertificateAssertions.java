package dev.cordon.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Checks assertions that an application signed with the key of a certificate of its own (RFC 7523, 3; OpenID Connect
 * Core, 9, {@code private_key_jwt}).
 *
 * <p>What the assertion's header says only chooses among the certificates that are registered; no key is ever taken from
 * it. The algorithm must be one of two, both for RSA, so that neither {@code none} nor a MAC over the public key passes
 * (RFC 8725, 3.1). Thread-safe.
 */
final class CertificateAssertions {

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256);

    private final UsedAssertions used;
    private final InstantSource time;

    CertificateAssertions(UsedAssertions used, InstantSource time) {
        this.used = used;
        this.time = time;
    }

    /**
     * @param certificates those of the application
     * @param base this server's URL as the caller reached it
     * @throws TokenRefusal if the assertion does not prove that its sender is the application
     */
    void verify(
            ClientAssertion assertion,
            Tenant tenant,
            Application application,
            List<ApplicationCertificate> certificates,
            String base) {
        var signer = signer(assertion, certificates);
        requireClient(assertion, application);
        if (assertion
                .audience()
                .filter(audience -> AssertionAudience.matches(audience, base, tenant))
                .isEmpty()) {
            throw AssertionRefusals.audience("'" + AssertionAudience.preferred(base, tenant) + "'");
        }
        assertion.requireInTime(time.instant());
        if (signer.singleUse()) {
            requireUnused(assertion, application);
        }
    }

    private ApplicationCertificate signer(ClientAssertion assertion, List<ApplicationCertificate> certificates) {
        if (!ALGORITHMS.contains(assertion.algorithm())) {
            throw AssertionRefusals.signature(
                    "The algorithm " + Excerpt.of(assertion.algorithm().getName()) + " is not RS256 or PS256.");
        }
        var named = certificates.stream()
                .filter(certificate -> isNamed(certificate, assertion.header()))
                .toList();
        if (named.isEmpty()) {
            throw AssertionRefusals.signature("The key was not found.");
        }
        var signer = named.stream()
                .filter(certificate -> verifies(certificate, assertion))
                .findFirst()
                .orElseThrow(() -> AssertionRefusals.signature(
                        "Key was found, but use of the key to verify the signature failed."));
        var now = time.instant();
        if (!signer.holdsAt(now)) {
            throw AssertionRefusals.signature(
                    now.isBefore(signer.startsAt())
                            ? "The key used is not valid before " + signer.startsAt() + "."
                            : "The key used is expired since " + signer.expiresAt() + ".");
        }
        return signer;
    }

    /** Whether the header means this certificate, or leaves it open which. */
    @SuppressWarnings("deprecation") // x5t is SHA-1 by RFC 7515; older libraries send nothing else
    private static boolean isNamed(ApplicationCertificate certificate, JWSHeader header) {
        var sha1 = header.getX509CertThumbprint();
        var sha256 = header.getX509CertSHA256Thumbprint();
        var chain = header.getX509CertChain();
        return (sha1 == null || same(sha1, certificate.sha1()))
                && (sha256 == null || same(sha256, certificate.sha256()))
                && (chain == null || chain.isEmpty() || same(chain.getFirst(), certificate.base64()));
    }

    /** MSAL for Java writes thumbprints in plain Base64, others in Base64url: what counts is what they stand for. */
    private static boolean same(Base64 one, Base64 other) {
        return Arrays.equals(one.decode(), other.decode());
    }

    private static boolean verifies(ApplicationCertificate certificate, ClientAssertion assertion) {
        try {
            var key = (RSAPublicKey) certificate.certificate().getPublicKey();
            return assertion.jwt().verify(new RSASSAVerifier(key));
        } catch (JOSEException e) {
            return false;
        }
    }

    private static void requireClient(ClientAssertion assertion, Application application) {
        for (var name : List.of(assertion.issuer(), assertion.subject())) {
            if (name.flatMap(Guid::parse).filter(application.id()::equals).isEmpty()) {
                throw AssertionRefusals.otherClient();
            }
        }
    }

    private void requireUnused(ClientAssertion assertion, Application application) {
        var jti = assertion.claims().getJWTID();
        if (jti == null || jti.isBlank()) {
            throw AssertionRefusals.malformed("has no 'jti', which its certificate asks for.");
        }
        if (!used.use(application, jti, assertion.end())) {
            throw AssertionRefusals.replayed();
        }
    }
}
