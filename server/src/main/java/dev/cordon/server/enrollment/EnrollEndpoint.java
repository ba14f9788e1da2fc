package dev.cordon.server.enrollment;

import com.google.protobuf.ByteString;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.Route.Face;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /cordon/v1/enroll} and {@code POST /cordon/v1/enroll/renewal}: open to everybody, because what is in the
 * body lets in: a token, or a proof by the key of a machine that is enrolled.
 */
final class EnrollEndpoint {

    private static final int LONGEST_TOKEN = 512;
    private static final int LONGEST_BYTES = 1024;

    private final Enrollment enrollment;
    private final Renewal renewal;
    private final EnrollmentSettings settings;

    EnrollEndpoint(Enrollment enrollment, Renewal renewal, EnrollmentSettings settings) {
        this.enrollment = enrollment;
        this.renewal = renewal;
        this.settings = settings;
    }

    List<Route> routes() {
        return List.of(
                Route.open(HandlerType.POST, Face.CORDON, "/cordon/v1/enroll", this::enroll),
                Route.open(HandlerType.POST, Face.CORDON, "/cordon/v1/enroll/renewal", this::renew));
    }

    private void renew(Context http) {
        var body = JsonBody.object(http);
        var renewed = renewal.renew(new Renewal.Request(
                required(body, "tenantId", LONGEST_TOKEN),
                required(body, "machineId", LONGEST_TOKEN),
                MachineKeys.read(bytes(body, "publicKey")),
                required(body, "at", LONGEST_TOKEN),
                ByteString.copyFrom(bytes(body, "proof"))));
        http.status(201)
                .json(Map.of(
                        "certificateChain",
                        renewed.stream().map(EnrollEndpoint::pem).toList()));
    }

    private void enroll(Context http) {
        var body = JsonBody.object(http);
        var enrolled = enrollment.enroll(new Enrollment.Request(
                required(body, "token", LONGEST_TOKEN),
                MachineKeys.read(bytes(body, "publicKey")),
                ByteString.copyFrom(bytes(body, "proof")),
                FactsReader.read(body)));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("tenantId", enrolled.tenantId());
        answer.put("machineId", enrolled.machine().value());
        answer.put("certificateChain", List.of(pem(enrolled.certificate()), pem(enrolled.authority())));
        answer.put(
                "commandKeys",
                enrolled.commandKeys().stream()
                        .map(key -> Base64.getEncoder().encodeToString(key.getEncoded()))
                        .toList());
        answer.put("gateways", settings.gateways().get());
        answer.put("serverCa", pem(settings.serverAuthority()));
        http.status(201).json(answer);
    }

    private static byte[] bytes(ObjectNode body, String name) {
        var text = required(body, name, LONGEST_BYTES * 4 / 3);
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            var error = ApiException.invalidRequestBody("Request body is incorrect: " + name + " must be base64.");
            error.initCause(e);
            throw error;
        }
    }

    private static String required(ObjectNode body, String name, int longest) {
        var text = JsonBody.text(body, name)
                .orElseThrow(
                        () -> ApiException.invalidRequestBody("Request body is incorrect: " + name + " is missing."));
        if (text.length() > longest) {
            throw ApiException.invalidRequestBody("Request body is incorrect: " + name + " is too long.");
        }
        return text;
    }

    private static String pem(X509Certificate certificate) {
        try {
            var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate has no encoding", e);
        }
    }
}
