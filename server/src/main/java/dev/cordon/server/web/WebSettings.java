package dev.cordon.server.web;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the web server listens and what it bears.
 *
 * @param bind address to listen on; {@code 0.0.0.0} or {@code ::} for all
 * @param port 0 for any free one
 * @param tls null to speak plain HTTP, for tests only: tokens travel readable
 * @param maxBodyBytes largest request body
 * @param maxHeaderBytes largest request line and header together
 * @param idle how long a connection may stay silent, also in the middle of a request
 * @param rates how often a caller may call
 */
public record WebSettings(
        String bind,
        int port,
        @Nullable SSLContext tls,
        int maxBodyBytes,
        int maxHeaderBytes,
        Duration idle,
        CallRates rates) {

    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_HEADER = 32 << 10;
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** The usual limits: 1 MiB of body, 32 KiB of header, 30 s of silence. */
    public static WebSettings tls(String bind, int port, SSLContext tls) {
        return new WebSettings(bind, port, tls, MAX_BODY, MAX_HEADER, IDLE, CallRates.NONE);
    }

    /** Plain HTTP on a free loopback port, for tests. */
    public static WebSettings plainForTests() {
        return new WebSettings("127.0.0.1", 0, null, MAX_BODY, MAX_HEADER, IDLE, CallRates.NONE);
    }

    /** The same with limits on how often a caller may call. */
    public WebSettings with(CallRates changed) {
        return new WebSettings(bind, port, tls, maxBodyBytes, maxHeaderBytes, idle, changed);
    }
}
