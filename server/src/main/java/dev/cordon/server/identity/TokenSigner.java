package dev.cordon.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.cordon.protocol.signature.Signatures;
import dev.cordon.protocol.signature.Signatures.Algorithm;
import dev.cordon.server.web.Json;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs access tokens with RS256 (RFC 7515).
 *
 * <p>An RSA signature is a third of a millisecond of pure computing by libcrypto, more than a whole one by the JDK where
 * there is no libcrypto. On virtual threads, which are not sliced, a burst of token
 * requests would keep every other request waiting; so signatures are made on a few platform threads behind a bounded
 * queue. Thread-safe.
 */
public final class TokenSigner implements AutoCloseable {

    private static final Signatures SIGNATURES = Signatures.best();
    private static final int QUEUE = 1_000;
    private static final int LIMIT_SECONDS = 30;

    private final Supplier<RSAKey> currentKey;
    private final ThreadPoolExecutor threads;
    private volatile @Nullable Prepared prepared;

    TokenSigner(Supplier<RSAKey> currentKey) {
        this.currentKey = currentKey;
        int cores = Runtime.getRuntime().availableProcessors();
        threads = new ThreadPoolExecutor(
                cores,
                cores,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("cordon-token-signer-", 1).factory());
    }

    /**
     * The signed token in compact form, its claims in the given order.
     *
     * @throws TokenRefusal if more signatures wait than can be made in reasonable time
     */
    public String sign(ObjectNode claims) {
        var key = key();
        var payload = Base64URL.encode(Json.MAPPER.writeValueAsBytes(claims));
        var input = key.header + "." + payload;
        try {
            var signature = threads.submit(() -> SIGNATURES.sign(
                            Algorithm.RSA_SHA256, key.privateKey, input.getBytes(StandardCharsets.US_ASCII)))
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return input + "." + Base64URL.encode(signature);
        } catch (RejectedExecutionException | TimeoutException e) {
            throw TokenRefusal.overloaded();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TokenRefusal.overloaded();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The access token could not be signed.", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private Prepared key() {
        var current = currentKey.get();
        var known = prepared;
        if (known == null || !current.equals(known.key)) {
            known = Prepared.of(current);
            prepared = known;
        }
        return known;
    }

    private record Prepared(RSAKey key, Base64URL header, PrivateKey privateKey) {

        static Prepared of(RSAKey key) {
            var header = Json.MAPPER
                    .createObjectNode()
                    .put("typ", "JWT")
                    .put("alg", "RS256")
                    .put("x5t", key.getKeyID())
                    .put("kid", key.getKeyID());
            try {
                return new Prepared(key, Base64URL.encode(header.toString()), key.toRSAPrivateKey());
            } catch (JOSEException e) {
                throw new IllegalStateException("The token signing key cannot be used.", e);
            }
        }
    }
}
