package dev.cordon.server.issuers;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that a trusted issuer signed a token (RFC 8725, 3.1 and 3.5): with a public-key algorithm of a closed list, with
 * a key of the kind that goes with it, that the issuer publishes for signatures. Thread-safe.
 */
public final class OutsideSignature {

    private static final Set<JWSAlgorithm> RSA = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);
    private static final Set<JWSAlgorithm> EC = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);
    private static final int LEAST_RSA_BITS = 2048;

    private final IssuerKeys keys;

    public OutsideSignature(IssuerKeys keys) {
        this.keys = keys;
    }

    /** @throws IssuerException if the token is not signed by the issuer, or its keys cannot be had */
    public void require(SignedJWT jwt, TrustedIssuer issuer) {
        var algorithm = jwt.getHeader().getAlgorithm();
        if (!RSA.contains(algorithm) && !EC.contains(algorithm)) {
            throw new IssuerException("The algorithm is none of RS256 to RS512, PS256 to PS512, ES256 to ES512.");
        }
        boolean signed = keys.keys(issuer, Optional.ofNullable(jwt.getHeader().getKeyID())).stream()
                .anyMatch(key -> isFor(key, algorithm) && verifies(jwt, key));
        if (!signed) {
            throw new IssuerException("The signature is not the issuer's.");
        }
    }

    private static boolean isFor(JWK key, JWSAlgorithm algorithm) {
        boolean forSignatures = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
        boolean forAlgorithm = key.getAlgorithm() == null || algorithm.equals(key.getAlgorithm());
        return forSignatures && forAlgorithm;
    }

    private static boolean verifies(SignedJWT jwt, JWK key) {
        try {
            var algorithm = jwt.getHeader().getAlgorithm();
            var verifier = verifier(key, algorithm);
            return verifier.isPresent() && jwt.verify(verifier.get());
        } catch (JOSEException | IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }

    private static Optional<JWSVerifier> verifier(JWK key, JWSAlgorithm algorithm) throws JOSEException {
        if (key instanceof RSAKey rsa && RSA.contains(algorithm) && rsa.size() >= LEAST_RSA_BITS) {
            return Optional.of(new RSASSAVerifier(rsa));
        }
        if (key instanceof ECKey ec && EC.contains(algorithm)) {
            return Optional.of(new ECDSAVerifier(ec))
                    .filter(one -> one.supportedJWSAlgorithms().contains(algorithm))
                    .map(JWSVerifier.class::cast);
        }
        return Optional.empty();
    }
}
