package dev.cordon.server.identity;

import dev.cordon.server.issuers.IssuerException;
import dev.cordon.server.issuers.OutsideSignature;
import java.time.InstantSource;
import java.util.List;

/**
 * Checks assertions that an outside issuer made for an application (RFC 7523, 3). The issuer is asked for its keys only
 * if the claims are those of a credential, so that nobody else can make this server ask. Thread-safe.
 */
final class FederatedAssertions {

    private final OutsideSignature signature;
    private final InstantSource time;

    FederatedAssertions(OutsideSignature signature, InstantSource time) {
        this.signature = signature;
        this.time = time;
    }

    /**
     * @param credentials those of the application
     * @throws TokenRefusal if the assertion does not stand for the application
     */
    void verify(ClientAssertion assertion, List<FederatedCredential> credentials) {
        var credential = matching(assertion, credentials);
        assertion.requireInTime(time.instant());
        try {
            signature.require(assertion.jwt(), credential.issuer());
        } catch (IssuerException e) {
            throw AssertionRefusals.signature(e.why());
        }
    }

    private static FederatedCredential matching(ClientAssertion assertion, List<FederatedCredential> credentials) {
        var issuer = assertion.issuer().orElse("");
        var ofIssuer = credentials.stream()
                .filter(one -> one.issuer().issuer().equals(issuer))
                .toList();
        if (ofIssuer.isEmpty()) {
            throw AssertionRefusals.noFederatedIssuer(issuer);
        }
        var audience = assertion.audience().orElse("");
        var forAudience =
                ofIssuer.stream().filter(one -> one.audience().equals(audience)).toList();
        if (forAudience.isEmpty()) {
            throw AssertionRefusals.noFederatedAudience(audience);
        }
        var subject = assertion.subject().orElse("");
        return forAudience.stream()
                .filter(one -> one.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> AssertionRefusals.noFederatedSubject(subject));
    }
}
