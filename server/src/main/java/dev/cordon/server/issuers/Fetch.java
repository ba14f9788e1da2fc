package dev.cordon.server.issuers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Gets a small document over TLS, or sends a form: no redirects, a time limit for the whole, a size limit, and never from a link-local
 * address, where clouds keep their secrets. Thread-safe.
 */
final class Fetch implements AutoCloseable {

    static final int LARGEST = 256 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int MOST_CLIENTS = 100;

    private final Duration limit;
    private final ConcurrentHashMap<String, HttpClient> clients = new ConcurrentHashMap<>();

    /** @param limit for a whole exchange */
    Fetch(Duration limit) {
        this.limit = limit;
    }

    /** @throws IssuerException if there is no such document, in time and of bearable size */
    byte[] get(URI uri, Optional<String> authorityPem) {
        var answer = exchange(uri, authorityPem, HttpRequest.newBuilder(uri).GET());
        if (answer.statusCode() != 200) {
            throw new IssuerException(uri + " answered with status " + answer.statusCode() + ", not 200.");
        }
        return answer.body();
    }

    /**
     * Sends a form and gives back whatever is answered.
     *
     * @param authorization header of the request; absent: none
     * @throws IssuerException if nothing is answered, in time and of bearable size
     */
    HttpResponse<byte[]> post(URI uri, Optional<String> authorityPem, String form, Optional<String> authorization) {
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return exchange(uri, authorityPem, request);
    }

    private HttpResponse<byte[]> exchange(URI uri, Optional<String> authorityPem, HttpRequest.Builder builder) {
        try {
            requireAddress(uri);
            var request =
                    builder.timeout(limit).header("Accept", "application/json").build();
            // the body's end is waited for here as well, so that a slow sender cannot hold the caller
            return client(authorityPem)
                    .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST))
                    .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .get();
        } catch (IOException | GeneralSecurityException e) {
            throw new IssuerException(uri + " cannot be read: " + e.getMessage() + ".");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new IssuerException(uri + " cannot be read: "
                    + (cause instanceof TimeoutException
                            ? "no answer within " + limit.toSeconds() + " s"
                            : String.valueOf(cause == null ? null : cause.getMessage()))
                    + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IssuerException(uri + " was not read: the server is being stopped.");
        }
    }

    private static void requireAddress(URI uri) throws IOException {
        for (var address : InetAddress.getAllByName(uri.getHost())) {
            if (address.isLinkLocalAddress() || address.isMulticastAddress() || address.isAnyLocalAddress()) {
                throw new IssuerException(uri + " is not read: its host has the address " + address.getHostAddress()
                        + ", where no issuer is.");
            }
        }
    }

    private HttpClient client(Optional<String> authorityPem) throws GeneralSecurityException, IOException {
        var known = clients.get(authorityPem.orElse(""));
        if (known != null) {
            return known;
        }
        var builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1);
        if (authorityPem.isPresent()) {
            builder.sslContext(trusting(authorityPem.get()));
        }
        if (clients.size() >= MOST_CLIENTS) {
            clients.clear();
        }
        var made = builder.build();
        clients.put(authorityPem.orElse(""), made);
        return made;
    }

    private static SSLContext trusting(String pem) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        InputStream bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        var managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
