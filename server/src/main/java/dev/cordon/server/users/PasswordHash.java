package dev.cordon.server.users;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Hashes passwords with PBKDF2-HMAC-SHA256 (RFC 8018), the slow hash that every JDK has; the count is the one that OWASP's
 * password storage cheat sheet asks for. A stored hash says its own count, so that the count can rise.
 *
 * <p>One hash is a good part of a second of pure computing. On virtual threads a few sign-ins would keep every other
 * request waiting; so hashes are made on few platform threads behind a bounded queue. Thread-safe.
 */
public final class PasswordHash implements AutoCloseable {

    /** Rounds for a new hash. */
    public static final int ITERATIONS = 600_000;

    private static final String SCHEME = "pbkdf2-sha256";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    private static final int QUEUE = 100;
    private static final int LIMIT_SECONDS = 30;

    private final SecureRandom random = new SecureRandom();
    private final int iterations;
    private final ThreadPoolExecutor threads;

    public PasswordHash(int iterations) {
        this.iterations = iterations;
        int parallel = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(
                parallel,
                parallel,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("cordon-password-", 1).factory());
    }

    /** More passwords wait than can be hashed in reasonable time. */
    public static final class Overloaded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overloaded() {
            super("More passwords are being checked than this server can; try again shortly.", null, false, false);
        }
    }

    /**
     * What to store for a password.
     *
     * @throws Overloaded if too many wait
     */
    String of(String password) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return run(() -> String.join(
                "$",
                List.of(SCHEME, String.valueOf(iterations), encode(salt), encode(pbkdf2(password, salt, iterations)))));
    }

    /**
     * Whether a stored hash is that of a password; takes the same time whatever the answer.
     *
     * @throws Overloaded if too many wait
     */
    boolean fits(String stored, String password) {
        var parts = stored.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(SCHEME)) {
            throw new IllegalStateException("a stored password has an unknown form");
        }
        return run(() -> MessageDigest.isEqual(
                decode(parts[3]), pbkdf2(password, decode(parts[2]), Integer.parseInt(parts[1]))));
    }

    /** Takes the time of a check, so that an unknown user answers no faster than a known one. */
    void pretend(String password) {
        run(() -> pbkdf2(password, new byte[SALT_BYTES], iterations));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private <T> T run(Callable<T> work) {
        try {
            return threads.submit(work).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException | TimeoutException e) {
            throw new Overloaded();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Overloaded();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The password could not be hashed.", e.getCause());
        }
    }

    private static byte[] pbkdf2(String password, byte[] salt, int iterations) throws GeneralSecurityException {
        var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } finally {
            spec.clearPassword();
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        return Base64.getDecoder().decode(text);
    }
}
