package dev.cordon.fleet.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sends requests to one server over TLS, trusting only the authority in a PEM file. Safe for use by several threads.
 */
public final class ApiClient implements AutoCloseable {

    private static final int ANSWER_LIMIT = 16 << 20;
    private static final int DOWNLOAD_LIMIT = 64 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final URI base;
    private final HttpClient http;
    private final Duration timeout;

    /**
     * @param base for example {@code https://cordon.example.com:8443}
     * @param caFile the PEM file of the server's authority
     * @throws IllegalArgumentException if the file is missing or holds no certificate
     */
    public ApiClient(URI base, Path caFile) {
        this(base, caFile, TIMEOUT);
    }

    /**
     * For a server that may need longer.
     *
     * @param timeout until the head of an answer is there
     */
    public ApiClient(URI base, Path caFile, Duration timeout) {
        this.base = base;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(caFile))
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    public URI base() {
        return base;
    }

    /**
     * Sends one request and waits for its answer.
     *
     * @param path with its query, from the server's root
     * @throws ServerUnreachableException if no answer came
     */
    public Exchange send(String method, String path, String body, Map<String, String> headers) {
        URI uri = URI.create(base + path);
        var request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        long began = System.nanoTime();
        try {
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream stream = answer.body()) {
                String text = new String(stream.readNBytes(ANSWER_LIMIT), StandardCharsets.UTF_8);
                return new Exchange(
                        method,
                        uri,
                        body,
                        answer.statusCode(),
                        text,
                        began,
                        Duration.ofNanos(System.nanoTime() - began));
            }
        } catch (IOException e) {
            throw ServerUnreachableException.of(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServerUnreachableException.of(uri, e);
        }
    }

    /**
     * Fetches what a link opens, as a browser would: without any token.
     *
     * @throws IllegalStateException if the answer is not 200
     */
    public byte[] download(URI link) {
        try {
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(link).timeout(timeout).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream stream = answer.body()) {
                byte[] content = stream.readNBytes(DOWNLOAD_LIMIT);
                if (answer.statusCode() != 200) {
                    throw new IllegalStateException("the link was answered with " + answer.statusCode());
                }
                return content;
            }
        } catch (IOException e) {
            throw ServerUnreachableException.of(link, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServerUnreachableException.of(link, e);
        }
    }

    /**
     * Opens a stream that the server writes to for as long as it likes; the caller closes it.
     *
     * @throws IllegalStateException if the answer is not 200
     */
    public InputStream stream(String path, String token) {
        var uri = base.resolve(path);
        try {
            var request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                answer.body().close();
                throw new IllegalStateException(uri + " was answered with " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw ServerUnreachableException.of(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServerUnreachableException.of(uri, e);
        }
    }

    /**
     * TLS that trusts only the authority in a PEM file.
     *
     * @throws IllegalArgumentException if the file is missing or holds no certificate
     */
    public static SSLContext trusting(Path caFile) {
        try (InputStream pem = Files.newInputStream(caFile)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            if (number == 0) {
                throw new IllegalArgumentException(caFile + " holds no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot read the CA file " + caFile + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
