package dev.cordon.server.users;

import dev.cordon.server.web.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the page hands to {@code navigator.credentials}, as JSON (Web Authentication Level 3, 5.4 and 5.5). Bytes are
 * base64url without padding. Stateless.
 */
final class PasskeyOptions {

    /** ES256, EdDSA, RS256: what authenticators have (IANA COSE Algorithms). */
    static final List<Integer> ALGORITHMS = List.of(-7, -8, -257);

    private static final int TIMEOUT_MILLIS = Math.toIntExact(PasskeyChallenges.LIFETIME.toMillis());

    private PasskeyOptions() {}

    /** A passkey that is there already. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Known(byte[] credentialId, String transports) {}

    static ObjectNode creation(PasskeyCeremony ceremony, User user, byte[] challenge, List<Known> exclude) {
        var json = Json.MAPPER.createObjectNode();
        json.putObject("rp").put("id", ceremony.rpId()).put("name", "Cordon");
        json.putObject("user")
                .put("id", text(handle(user)))
                .put("name", user.userPrincipalName())
                .put("displayName", user.displayName());
        json.put("challenge", text(challenge)).put("timeout", TIMEOUT_MILLIS).put("attestation", "none");
        var parameters = json.putArray("pubKeyCredParams");
        ALGORITHMS.forEach(
                number -> parameters.addObject().put("type", "public-key").put("alg", number));
        json.putObject("authenticatorSelection")
                .put("residentKey", "preferred")
                .put("requireResidentKey", false)
                .put("userVerification", "preferred");
        credentials(json, "excludeCredentials", exclude);
        return json;
    }

    /** @param allow empty: whichever the user's device has for this host */
    static ObjectNode request(PasskeyCeremony ceremony, byte[] challenge, List<Known> allow) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("rpId", ceremony.rpId())
                .put("challenge", text(challenge))
                .put("timeout", TIMEOUT_MILLIS)
                .put("userVerification", allow.isEmpty() ? "required" : "preferred");
        credentials(json, "allowCredentials", allow);
        return json;
    }

    /** What authenticators keep as the user's name: nothing that says who it is (14.6.1). */
    static byte[] handle(User user) {
        return user.id().getBytes(StandardCharsets.US_ASCII);
    }

    private static void credentials(ObjectNode json, String name, List<Known> known) {
        var array = json.putArray(name);
        for (var one : known) {
            var element = array.addObject().put("type", "public-key").put("id", text(one.credentialId()));
            var transports = element.putArray("transports");
            for (var word : one.transports().split(" ", -1)) {
                if (!word.isEmpty()) {
                    transports.add(word);
                }
            }
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
