package dev.cordon.agent.enrollment;

import dev.cordon.agent.json.JsonException;
import dev.cordon.agent.json.JsonReader;
import dev.cordon.agent.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** One call of the server's API over TLS to a pinned authority: JSON goes, JSON comes. Immutable. */
record ServerCall(URI server, PinnedTrust trust) {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ANSWER = 256 * 1024;

    /** @throws EnrollmentException with the server's own words, if it refuses */
    Map<String, @Nullable Object> post(String path, Map<String, Object> body)
            throws IOException, GeneralSecurityException, EnrollmentException {
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {trust}, null);
        try (var client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build()) {
            var request = HttpRequest.newBuilder(server.resolve(path))
                    .timeout(ANSWER_TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JsonWriter.write(body)))
                    .build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String text;
            try (var in = response.body()) {
                text = new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
            }
            if (response.statusCode() != 201) {
                throw new EnrollmentException("the server refuses: " + refusal(response.statusCode(), text), null);
            }
            return JsonReader.object(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnrollmentException("the call was interrupted; try again", e);
        } catch (JsonException e) {
            throw new EnrollmentException("the server's answer cannot be read: " + e.getMessage(), e);
        }
    }

    private static String refusal(int status, String body) {
        try {
            if (JsonReader.object(body).get("error") instanceof Map<?, ?> error
                    && error.get("message") instanceof String message) {
                return message + " (HTTP " + status + ")";
            }
        } catch (JsonException e) {
            // not the server's own error shape; the status has to do
        }
        return "HTTP " + status + "; is this the URL of the server's API?";
    }

    /** A text that has to be in an answer. */
    static String text(Map<String, @Nullable Object> answer, String name) throws EnrollmentException {
        if (answer.get(name) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new EnrollmentException("the server's answer lacks '" + name + "'", null);
    }

    /** A list of texts that has to be in an answer. */
    static List<String> texts(Map<String, @Nullable Object> answer, String name) throws EnrollmentException {
        if (answer.get(name) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new EnrollmentException("the server's answer lacks '" + name + "'", null);
    }

    /** Why a call failed, in the words of the certificate check if that was it. */
    static String reason(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof java.security.cert.CertificateException && at.getMessage() != null) {
                return at.getMessage();
            }
        }
        return failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
    }
}
