package dev.cordon.server.actions;

import dev.cordon.server.files.FileHash;
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
 * @param scope {@code Full} or {@code Selective} for an isolation, {@code Quick} or {@code Full} for a scan
 * @param file the file it is about
 * @param path where a sample was seen
 * @param ofAction the action whose files are restored
 */
record ActionRequest(
        ActionType type,
        String comment,
        Optional<String> scope,
        Optional<FileHash> file,
        Optional<String> path,
        Optional<String> ofAction,
        Optional<String> externalId) {

    static final String FULL = "Full";
    static final String SELECTIVE = "Selective";
    static final String QUICK = "Quick";

    private static final String UNMANAGED = "UnManagedDevice";
    private static final int LONGEST_TEXT = 4_000;

    private static ActionRequest of(ActionType type, ObjectNode body) {
        return new ActionRequest(
                type,
                requiredComment(body),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                text(body, "ExternalId").or(() -> text(body, "externalId")));
    }

    static ActionRequest isolate(ObjectNode body) {
        var request = of(ActionType.ISOLATE, body);
        var scope = JsonBody.text(body, "IsolationType")
                .map(ActionRequest::isolationType)
                .orElse(FULL);
        return request.withScope(scope);
    }

    /** A request that has a comment and nothing else. */
    static ActionRequest plain(ActionType type, ObjectNode body) {
        return of(type, body);
    }

    static ActionRequest scan(ObjectNode body) {
        var request = of(ActionType.SCAN, body);
        var scanType = JsonBody.text(body, "ScanType").orElseThrow(() -> ApiException.missingParameter("ScanType"));
        return request.withScope(word("ScanType", scanType, List.of(QUICK, FULL)));
    }

    static ActionRequest quarantine(ObjectNode body) {
        return of(ActionType.QUARANTINE, body).withFile(requiredSha1(body));
    }

    static ActionRequest sample(ObjectNode body) {
        var request = of(ActionType.SAMPLE, body).withFile(requiredSha1(body));
        return request.withTarget(text(body, "FilePath"), Optional.empty());
    }

    /** Restores all of a machine, what one action took from it, or one file. */
    static ActionRequest restore(String comment, Optional<FileHash> file, Optional<String> ofAction) {
        return new ActionRequest(
                ActionType.RESTORE, comment, Optional.empty(), file, Optional.empty(), ofAction, Optional.empty());
    }

    private ActionRequest withScope(String value) {
        return new ActionRequest(type, comment, Optional.of(value), file, path, ofAction, externalId);
    }

    private ActionRequest withFile(FileHash hash) {
        return new ActionRequest(type, comment, scope, Optional.of(hash), path, ofAction, externalId);
    }

    private ActionRequest withTarget(Optional<String> seenAt, Optional<String> action) {
        return new ActionRequest(type, comment, scope, file, seenAt, action, externalId);
    }

    /** The comment of a cancellation, which need not have one. */
    static String cancellationComment(ObjectNode body) {
        return text(body, "Comment").orElse("");
    }

    /** The meaning of the request, for telling whether two requests are the same. */
    byte[] hash(String machineId) {
        return hash(List.of(
                type.word(),
                machineId,
                comment,
                scope.orElse(""),
                file.map(FileHash::hex).orElse(""),
                path.orElse(""),
                ofAction.orElse(""),
                externalId.orElse("")));
    }

    static byte[] cancellationHash(String actionId, String comment) {
        return hash(List.of("Cancel", actionId, comment));
    }

    static String requiredComment(ObjectNode body) {
        return requiredText(body, "Comment");
    }

    /** @throws ApiException 400 if it is absent or blank */
    static String requiredText(ObjectNode body, String name) {
        var text = text(body, name).orElseThrow(() -> ApiException.missingParameter(name));
        if (text.isBlank()) {
            throw ApiException.invalidRequestBody("Request body is incorrect: " + name + " must not be empty.");
        }
        return text;
    }

    private static FileHash requiredSha1(ObjectNode body) {
        return FileHash.sha1(JsonBody.text(body, "Sha1").orElseThrow(() -> ApiException.missingParameter("Sha1")));
    }

    private static String isolationType(String given) {
        if (given.equalsIgnoreCase(UNMANAGED)) {
            throw ApiException.badRequest("IsolationType UnManagedDevice is not available: machines isolate themselves"
                    + " by their agent, and a device without one cannot be contained.");
        }
        return word("IsolationType", given, List.of(FULL, SELECTIVE));
    }

    private static String word(String name, String given, List<String> words) {
        return words.stream()
                .filter(given::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> ApiException.invalidRequestBody(
                        "Request body is incorrect: " + name + " must be " + String.join(" or ", words) + "."));
    }

    static Optional<String> text(ObjectNode body, String name) {
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
