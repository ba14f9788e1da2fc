package dev.cordon.server.actions;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.JsonBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a caller asks of a machine, read from a request body. Names of fields are case-sensitive, values of enumerations
 * are not, unknown fields are ignored.
 *
 * @param scope {@code Full} or {@code Selective} for an isolation
 */
record ActionRequest(ActionType type, String comment, Optional<String> scope, Optional<String> externalId) {

    static final String FULL = "Full";
    static final String SELECTIVE = "Selective";

    private static final String UNMANAGED = "UnManagedDevice";
    private static final int LONGEST_TEXT = 4_000;

    static ActionRequest isolate(ObjectNode body) {
        var comment = requiredComment(body);
        var scope =
                JsonBody.text(body, "IsolationType").map(ActionRequest::scope).orElse(FULL);
        return new ActionRequest(ActionType.ISOLATE, comment, Optional.of(scope), externalId(body));
    }

    static ActionRequest unisolate(ObjectNode body) {
        return new ActionRequest(ActionType.UNISOLATE, requiredComment(body), Optional.empty(), externalId(body));
    }

    /** The comment of a cancellation, which need not have one. */
    static String cancellationComment(ObjectNode body) {
        return text(body, "Comment").orElse("");
    }

    /** The meaning of the request, for telling whether two requests are the same. */
    byte[] hash(String machineId) {
        return hash(List.of(type.word(), machineId, comment, scope.orElse(""), externalId.orElse("")));
    }

    static byte[] cancellationHash(String actionId, String comment) {
        return hash(List.of("Cancel", actionId, comment));
    }

    private static String scope(String given) {
        if (given.equalsIgnoreCase(UNMANAGED)) {
            throw ApiException.badRequest("IsolationType UnManagedDevice is not available: machines isolate themselves"
                    + " by their agent, and a device without one cannot be contained.");
        }
        return List.of(FULL, SELECTIVE).stream()
                .filter(given::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> ApiException.invalidRequestBody(
                        "Request body is incorrect: IsolationType must be Full or Selective."));
    }

    private static String requiredComment(ObjectNode body) {
        var comment = text(body, "Comment").orElseThrow(() -> ApiException.missingParameter("Comment"));
        if (comment.isBlank()) {
            throw ApiException.invalidRequestBody("Request body is incorrect: Comment must not be empty.");
        }
        return comment;
    }

    private static Optional<String> externalId(ObjectNode body) {
        return text(body, "ExternalId").or(() -> text(body, "externalId"));
    }

    private static Optional<String> text(ObjectNode body, String name) {
        var text = JsonBody.text(body, name);
        text.ifPresent(value -> {
            if (value.codePointCount(0, value.length()) > LONGEST_TEXT) {
                throw ApiException.invalidRequestBody(
                        "Request body is incorrect: " + name + " must have at most " + LONGEST_TEXT + " characters.");
            }
            // neither can be stored as text, nor sent on
            if (value.indexOf('\0') >= 0
                    || value.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
                throw ApiException.invalidRequestBody(
                        "Request body is incorrect: " + name + " holds a character that is not text.");
            }
        });
        return text;
    }

    private static byte[] hash(List<String> parts) {
        var bytes = new ByteArrayOutputStream();
        for (var part : parts) {
            var text = part.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(text.length).array());
            bytes.writeBytes(text);
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }
}
