package dev.cordon.server.issuers;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published keys of trusted issuers, fetched when first needed and kept.
 *
 * <p>Keys are fetched again after an hour, and at once for a token that names a key which is not among them, because
 * issuers rotate without notice; but never more often than {@link #PAUSE}, so that made-up key ids cost an issuer
 * nothing. If an issuer does not answer, the keys it gave last count for a day. Thread-safe; one fetch an issuer at a
 * time.
 */
public final class IssuerKeys implements AutoCloseable {

    static final Duration FRESH = Duration.ofHours(1);
    static final Duration STALE = Duration.ofDays(1);
    static final Duration PAUSE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_ISSUERS = 1_000;
    private static final int MOST_KEYS = 100;

    private final InstantSource time;
    private final Fetch fetch;
    private final ConcurrentHashMap<TrustedIssuer, Entry> entries = new ConcurrentHashMap<>();

    public IssuerKeys(InstantSource time) {
        this(time, FETCH_LIMIT);
    }

    IssuerKeys(InstantSource time, Duration limit) {
        this.time = time;
        this.fetch = new Fetch(limit);
    }

    private static final class Entry {
        final ReentrantLock fetching = new ReentrantLock();
        volatile @Nullable Known known;
        volatile @Nullable Failure failure;
    }

    private record Known(List<JWK> keys, Instant at) {}

    private record Failure(IssuerException why, Instant at) {}

    /**
     * The keys with this id; with no id, all.
     *
     * @throws IssuerException if the issuer has no such key, or does not say which keys it has
     */
    List<JWK> keys(TrustedIssuer issuer, Optional<String> keyId) {
        if (entries.size() >= MOST_ISSUERS) {
            entries.clear();
        }
        var entry = entries.computeIfAbsent(issuer, one -> new Entry());
        var known = entry.known;
        if (known != null && isYoungerThan(known.at(), FRESH)) {
            var found = select(known.keys(), keyId);
            if (!found.isEmpty()) {
                return found;
            }
        }
        var found = select(refreshed(issuer, entry, known), keyId);
        if (found.isEmpty()) {
            throw new IssuerException("The issuer " + issuer.issuer() + " has no such key.");
        }
        return found;
    }

    private List<JWK> refreshed(TrustedIssuer issuer, Entry entry, @Nullable Known seen) {
        entry.fetching.lock();
        try {
            var known = entry.known;
            if (known != null && (!known.equals(seen) || isYoungerThan(known.at(), PAUSE))) {
                return known.keys();
            }
            var failure = entry.failure;
            if (failure == null || !isYoungerThan(failure.at(), PAUSE)) {
                try {
                    var fetched = new Known(fetch(issuer), time.instant());
                    entry.known = fetched;
                    entry.failure = null;
                    return fetched.keys();
                } catch (IssuerException e) {
                    LOG.atWarn()
                            .addKeyValue("issuer", issuer.issuer())
                            .addKeyValue("why", e.getMessage())
                            .log("an issuer's keys could not be fetched");
                    failure = new Failure(e, time.instant());
                    entry.failure = failure;
                }
            }
            if (known != null && isYoungerThan(known.at(), STALE)) {
                return known.keys();
            }
            throw failure.why();
        } finally {
            entry.fetching.unlock();
        }
    }

    private List<JWK> fetch(TrustedIssuer issuer) {
        var uri = issuer.jwksUri().map(URI::create).orElseGet(() -> discovered(issuer));
        try {
            var set = JWKSet.parse(new String(fetch.get(uri, issuer.authorityPem()), StandardCharsets.UTF_8));
            if (set.getKeys().size() > MOST_KEYS) {
                throw new IssuerException(uri + " holds more than " + MOST_KEYS + " keys.");
            }
            return List.copyOf(set.getKeys());
        } catch (ParseException e) {
            throw new IssuerException(uri + " holds no key document.");
        }
    }

    private URI discovered(TrustedIssuer issuer) {
        var document = DiscoveryDocument.fetch(fetch, issuer);
        try {
            var uri = URI.create(document.path("jwks_uri").asString(""));
            if (!issuer.sharesOrigin(uri)) {
                throw new IssuerException(issuer.discovery()
                        + " sends to another server for the keys; if that is right, set jwksUri to where they are.");
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw new IssuerException(issuer.discovery() + " is no discovery document.");
        }
    }

    private boolean isYoungerThan(Instant at, Duration age) {
        return Duration.between(at, time.instant()).abs().compareTo(age) < 0;
    }

    private static List<JWK> select(List<JWK> keys, Optional<String> keyId) {
        return keyId.map(id ->
                        keys.stream().filter(key -> id.equals(key.getKeyID())).toList())
                .orElse(keys);
    }

    @Override
    public void close() {
        fetch.close();
    }
}
