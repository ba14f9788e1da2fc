package dev.cordon.server.identity;

import com.nimbusds.jose.jwk.RSAKey;
import dev.cordon.server.web.Json;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The key document (RFC 7517): the public keys that access tokens are signed with. */
final class SigningKeyDocument {

    private SigningKeyDocument() {}

    /** @param issuer what the v2 document says of each key */
    static ObjectNode document(Endpoint endpoint, List<RSAKey> keys, String issuer) {
        var document = Json.MAPPER.createObjectNode();
        var array = document.putArray("keys");
        for (var key : keys) {
            var one = array.addObject()
                    .put("kty", "RSA")
                    .put("use", "sig")
                    .put("kid", key.getKeyID())
                    .put("x5t", key.getKeyID())
                    .put("n", key.getModulus().toString())
                    .put("e", key.getPublicExponent().toString());
            key.getX509CertChain().forEach(certificate -> one.withArray("x5c").add(certificate.toString()));
            if (endpoint == Endpoint.V2) {
                one.put("cloud_instance_name", "microsoftonline.com").put("issuer", issuer);
            }
        }
        return document;
    }
}
