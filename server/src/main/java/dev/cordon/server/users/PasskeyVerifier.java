package dev.cordon.server.users;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticatorTransport;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.data.extension.client.AuthenticationExtensionsClientOutputs;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.VerificationException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What authenticators answer, checked by WebAuthn4J: type, challenge, origin, host name, signature, user present and
 * verified, counter (Web Authentication Level 3, 7.1 and 7.2). Who made an authenticator is not asked: attestation
 * statements are not trusted and not kept. Thread-safe.
 */
final class PasskeyVerifier {

    private static final List<PublicKeyCredentialParameters> ALGORITHMS = PasskeyOptions.ALGORITHMS.stream()
            .map(number -> new PublicKeyCredentialParameters(
                    PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(number)))
            .toList();

    private final ObjectConverter objects = new ObjectConverter();
    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(objects);
    private final AttestedCredentialDataConverter credentials = new AttestedCredentialDataConverter(objects);

    /** A new passkey, as it is kept. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Made(byte[] credentialId, byte[] credential, long signCount, boolean backupEligible, String transports) {}

    /** A passkey as it was kept. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Kept(byte[] credential, long signCount, boolean backupEligible) {}

    /** @throws PasskeyException for what is no answer of an authenticator */
    RegistrationData parseMade(String json) {
        try {
            return manager.parseRegistrationResponseJSON(json);
        } catch (DataConversionException | IllegalArgumentException | NullPointerException e) {
            throw new PasskeyException("the answer cannot be read", e);
        }
    }

    /** @throws PasskeyException for what is no answer of an authenticator */
    AuthenticationData parseUsed(String json) {
        try {
            return manager.parseAuthenticationResponseJSON(json);
        } catch (DataConversionException | IllegalArgumentException | NullPointerException e) {
            throw new PasskeyException("the answer cannot be read", e);
        }
    }

    /** Empty if the answer names none. */
    @SuppressWarnings("NullAway") // the library's annotation stands where it means the array's elements
    static byte[] credentialId(AuthenticationData data) {
        return Objects.requireNonNullElseGet(data.getCredentialId(), () -> new byte[0]);
    }

    /** Empty if the answer has none. */
    @SuppressWarnings("NullAway") // the library's annotation stands where it means the array's elements
    static byte[] userHandle(AuthenticationData data) {
        return Objects.requireNonNullElseGet(data.getUserHandle(), () -> new byte[0]);
    }

    static byte[] challenge(com.webauthn4j.data.client.@Nullable CollectedClientData client) {
        if (client == null) {
            throw new PasskeyException("the answer holds no client data");
        }
        return client.getChallenge().getValue();
    }

    Made made(PasskeyCeremony ceremony, RegistrationData data) {
        try {
            manager.verify(
                    data,
                    new RegistrationParameters(
                            server(ceremony, challenge(data.getCollectedClientData())), ALGORITHMS, false, true));
        } catch (VerificationException | IllegalArgumentException e) {
            throw refused(e);
        }
        var attestation = data.getAttestationObject();
        var credential =
                attestation == null ? null : attestation.getAuthenticatorData().getAttestedCredentialData();
        if (attestation == null || credential == null) {
            throw new PasskeyException("the answer holds no passkey");
        }
        var authenticator = attestation.getAuthenticatorData();
        var transports = data.getTransports() == null ? Set.<AuthenticatorTransport>of() : data.getTransports();
        return new Made(
                credential.getCredentialId(),
                credentials.convert(credential),
                authenticator.getSignCount(),
                authenticator.isFlagBE(),
                transports.stream()
                        .map(AuthenticatorTransport::getValue)
                        .filter(word -> word.matches("[a-z-]{1,20}"))
                        .limit(10)
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .collect(Collectors.joining(" ")));
    }

    /** The counter after this use. */
    long used(PasskeyCeremony ceremony, AuthenticationData data, Kept kept) {
        var credential = credentials.convert(kept.credential());
        var record = new CredentialRecordImpl(
                new NoneAttestationStatement(),
                null,
                kept.backupEligible(),
                null,
                kept.signCount(),
                credential,
                new AuthenticationExtensionsAuthenticatorOutputs<>(),
                null,
                new AuthenticationExtensionsClientOutputs<>(),
                Set.of());
        boolean verified = ceremony.purpose() == PasskeyCeremony.Purpose.SIGN_IN;
        try {
            manager.verify(
                    data,
                    new AuthenticationParameters(
                            server(ceremony, challenge(data.getCollectedClientData())),
                            record,
                            List.of(credential.getCredentialId()),
                            verified,
                            true));
        } catch (VerificationException | IllegalArgumentException e) {
            throw refused(e);
        }
        var authenticator = data.getAuthenticatorData();
        if (authenticator == null) {
            throw new PasskeyException("the answer holds no authenticator data");
        }
        return authenticator.getSignCount();
    }

    private static ServerProperty server(PasskeyCeremony ceremony, byte[] challenge) {
        return ServerProperty.builder()
                .origin(new Origin(ceremony.origin()))
                .rpId(ceremony.rpId())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    private static PasskeyException refused(RuntimeException e) {
        return new PasskeyException(e.getClass().getSimpleName(), e);
    }
}
