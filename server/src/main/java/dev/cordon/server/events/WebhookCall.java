package dev.cordon.server.events;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One POST of an event to a webhook, signed: {@code Cordon-Signature: t=SECONDS,v1=HEX}, the HMAC-SHA256 of
 * {@code SECONDS.BODY} under the webhook's secret. No redirects, a time limit for the whole exchange, a limit for the
 * answer's size. Thread-safe.
 */
final class WebhookCall implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final int LONGEST_ERROR = 300;

    private final WebhookTargets targets;
    private final InstantSource time;
    private final Duration limit;
    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** @param limit for a whole exchange */
    WebhookCall(WebhookTargets targets, InstantSource time, Duration limit) {
        this.targets = targets;
        this.time = time;
        this.limit = limit;
    }

    /**
     * What came of it.
     *
     * @param status null: there was no answer
     * @param error null if it was delivered
     */
    record Result(@Nullable Integer status, @Nullable String error, long milliseconds) {
        boolean delivered() {
            return error == null;
        }
    }

    /** @param delivery tells the receiver which attempts are for the same event */
    Result post(String url, byte[] secret, String kind, String delivery, String body) throws InterruptedException {
        long began = System.nanoTime();
        @Nullable Integer status = null;
        @Nullable String error;
        try {
            var uri = targets.permitted(url)
                    .orElseThrow(() -> new IOException("the server's operator does not list this target any more"));
            WebhookTargets.requireAddress(uri);
            status = status(request(uri, secret, kind, delivery, body));
            error = status >= 200 && status < 300 ? null : "answered with status " + status;
        } catch (IOException e) {
            error = said(e);
        } catch (TimeoutException e) {
            error = late();
        } catch (ExecutionException e) {
            error = e.getCause() instanceof HttpTimeoutException
                    ? late()
                    : said(e.getCause() == null ? e : e.getCause());
        }
        return new Result(
                status, error, Duration.ofNanos(System.nanoTime() - began).toMillis());
    }

    private String late() {
        return "no answer within " + limit.toMillis() + " ms";
    }

    /** Of an answer that came whole and in time; whatever else becomes of the exchange, its connection is closed. */
    private int status(HttpRequest request) throws InterruptedException, ExecutionException, TimeoutException {
        var answer = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.discarding(), LARGEST_ANSWER));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } finally {
            answer.cancel(true);
        }
    }

    private HttpRequest request(URI uri, byte[] secret, String kind, String delivery, String body) {
        long seconds = time.instant().getEpochSecond();
        return HttpRequest.newBuilder(uri)
                .timeout(limit)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Cordon")
                .header("Cordon-Event", kind)
                .header("Cordon-Delivery", delivery)
                .header("Cordon-Signature", "t=" + seconds + ",v1=" + signature(secret, seconds, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    static String signature(byte[] secret, long seconds, String body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java run time has no HMAC-SHA256", e);
        }
    }

    private static String said(Throwable e) {
        var text = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        return text.length() > LONGEST_ERROR ? text.substring(0, LONGEST_ERROR) : text;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
