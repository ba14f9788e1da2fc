package dev.cordon.server.keys;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the server itself: RSA-2048 keys that sign access tokens, each with a self-signed certificate, because
 * token clients expect {@code x5c} and {@code x5t} in the key document.
 *
 * <p>A key lives through three times. It is published for {@link #LEAD} before it signs, as long as clients may keep the
 * key document; it signs until the next one does; and it stays published for {@link #TAIL} more, until the last token
 * that it signed is dead. Then its private half is deleted. Thread-safe. The first key is made at first use, which may
 * take a second: ask for it early.
 */
public final class ServerKeys {

    /** How long before its first signature a key is published: the key document's {@code max-age}. */
    public static final Duration LEAD = Duration.ofDays(1);

    /** How long a key signs before the schedule replaces it. */
    public static final Duration SIGNING = Duration.ofDays(30);

    /** How long a key is published after its last signature: more than the longest life of a token. */
    public static final Duration TAIL = Duration.ofHours(2);

    private static final Duration CERTIFICATE_LIFETIME = Duration.ofDays(5 * 365);
    private static final String TOKEN = "token";

    private static final Table<?> TABLE = table(name("server_keys"));
    private static final Field<String> ID = field(name("id"), SQLDataType.CLOB);
    private static final Field<String> PURPOSE = field(name("purpose"), SQLDataType.CLOB);
    private static final Field<byte[]> WRAPPED = field(name("wrapped_private"), SQLDataType.BLOB);
    private static final Field<byte[]> PUBLIC = field(name("public_der"), SQLDataType.BLOB);
    private static final Field<Long> CREATED = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<Long> SIGNS_FROM = field(name("signs_from"), SQLDataType.BIGINT);
    private static final Field<Long> RETIRED = field(name("retired_at"), SQLDataType.BIGINT);

    private final Database database;
    private final KeyVault vault;
    private final InstantSource clock;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable Ring ring;

    public ServerKeys(Database database, KeyVault vault, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * A published key.
     *
     * @param createdAt since when it is published
     * @param signsFrom when it began or begins to sign
     */
    public record SigningKey(RSAKey key, Instant createdAt, Instant signsFrom) {}

    /** All published keys, the last to sign first. */
    private record Ring(List<SigningKey> keys, List<RSAKey> published) {
        Ring(List<SigningKey> keys) {
            this(keys, keys.stream().map(one -> one.key().toPublicJWK()).toList());
        }

        /** The key that signs at a time: of those that have begun, the last. */
        SigningKey at(Instant now) {
            return keys.stream()
                    .filter(one -> !now.isBefore(one.signsFrom()))
                    .findFirst()
                    .orElseGet(keys::getLast);
        }
    }

    /** The key that signs access tokens now, private half included. */
    public RSAKey tokenSigningKey() {
        return ring().at(clock.instant()).key();
    }

    /** The public halves of all keys whose tokens are accepted, the next to sign included. */
    public List<RSAKey> publishedKeys() {
        return ring().published();
    }

    /** All published keys, the last to sign first. */
    public List<SigningKey> signingKeys() {
        return ring().keys();
    }

    /**
     * Makes the next key ready, to sign {@link #LEAD} from now; if there is one waiting already, that one stays.
     *
     * @return the key that waits
     */
    public SigningKey rotate() {
        var now = clock.instant();
        var pair = KeyFormats.rsa2048();
        return replace(sql -> {
            if (keys(sql).getFirst().signsFrom().isAfter(now)) {
                return;
            }
            insert(sql, pair, now, now.plus(LEAD));
        });
    }

    /**
     * Replaces all keys at once, for the day on which one is in wrong hands: every token that is out is refused from now
     * on, and clients that keep the key document must fetch it anew.
     *
     * @return the key that signs now
     */
    public SigningKey replaceAll() {
        var now = clock.instant();
        var pair = KeyFormats.rsa2048();
        return replace(sql -> {
            retire(sql, keys(sql), now);
            insert(sql, pair, now, now);
        });
    }

    /** What the schedule asks for now: a next key, and the end of those that are no longer needed. Reads anew. */
    public void maintain() {
        var now = clock.instant();
        var known = database.read(this::keys);
        if (known.isEmpty()) {
            return;
        }
        ring = new Ring(known);
        var newest = known.getFirst();
        if (!now.isBefore(newest.signsFrom().plus(SIGNING).minus(LEAD))) {
            rotate();
        }
        var over = known.stream().filter(one -> isOver(one, known, now)).toList();
        if (!over.isEmpty()) {
            replace(sql -> retire(sql, over, now));
        }
    }

    private static boolean isOver(SigningKey key, List<SigningKey> all, Instant now) {
        return all.stream()
                .filter(other -> other.signsFrom().isAfter(key.signsFrom()))
                .anyMatch(next -> !now.isBefore(next.signsFrom().plus(TAIL)));
    }

    /** Changes the keys in one transaction, one server at a time, and takes over what is there then. */
    private SigningKey replace(Consumer<DSLContext> change) {
        ring();
        var changed = new Ring(database.write(sql -> {
            sql.update(TABLE).set(PURPOSE, TOKEN).where(PURPOSE.eq(TOKEN)).execute(); // the others wait here
            change.accept(sql);
            return keys(sql);
        }));
        ring = changed;
        return changed.keys().getFirst();
    }

    private Ring ring() {
        var known = ring;
        if (known != null) {
            return known;
        }
        loading.lock();
        try {
            var loaded = ring;
            if (loaded == null) {
                var found = database.read(this::keys);
                loaded = new Ring(found.isEmpty() ? first() : found);
                ring = loaded;
            }
            return loaded;
        } finally {
            loading.unlock();
        }
    }

    private List<SigningKey> first() {
        var pair = KeyFormats.rsa2048();
        var now = clock.instant();
        return database.write(sql -> {
            insert(sql, pair, now, now);
            return keys(sql);
        });
    }

    private List<SigningKey> keys(DSLContext sql) {
        return sql.select(ID, WRAPPED, PUBLIC, CREATED, SIGNS_FROM)
                .from(TABLE)
                .where(PURPOSE.eq(TOKEN), RETIRED.isNull())
                .orderBy(SIGNS_FROM.desc(), CREATED.desc(), ID)
                .fetch(row -> {
                    var created = Instants.instant(row.value4());
                    var from = Instants.instant(row.value5());
                    var jwk = jwk(
                            KeyFormats.certificate(row.value3()), vault.unwrap(row.value2(), context(row.value1())));
                    return new SigningKey(jwk, created, from.isBefore(created) ? created : from);
                });
    }

    private void insert(DSLContext sql, KeyPair pair, Instant now, Instant signsFrom) {
        var certificate = SelfSigned.signer(pair, new X500Name("CN=Cordon token signing"), now, CERTIFICATE_LIFETIME);
        var id = thumbprint(certificate).toString();
        sql.insertInto(TABLE)
                .set(ID, id)
                .set(PURPOSE, TOKEN)
                .set(WRAPPED, vault.wrap(pair.getPrivate().getEncoded(), context(id)))
                .set(PUBLIC, encoded(certificate))
                .set(CREATED, Instants.micros(now))
                .set(SIGNS_FROM, Instants.micros(signsFrom))
                .execute();
    }

    /** What is kept of a retired key signs nothing. */
    private static void retire(DSLContext sql, List<SigningKey> keys, Instant now) {
        sql.update(TABLE)
                .set(RETIRED, Instants.micros(now))
                .set(WRAPPED, new byte[0])
                .where(ID.in(keys.stream().map(one -> one.key().getKeyID()).toList()))
                .execute();
    }

    /** Key id and {@code x5t} are the same value in Entra's key documents. */
    @SuppressWarnings("deprecation") // x5t is SHA-1 by RFC 7517; clients of this dialect read it
    private static RSAKey jwk(X509Certificate certificate, byte[] pkcs8) {
        var thumbprint = thumbprint(certificate);
        try {
            return new RSAKey.Builder((RSAPublicKey) certificate.getPublicKey())
                    .privateKey(KeyFormats.privateKey("RSA", pkcs8))
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(thumbprint.toString())
                    .x509CertThumbprint(thumbprint)
                    .x509CertChain(List.of(Base64.encode(encoded(certificate))))
                    .build();
        } catch (IllegalStateException e) {
            throw new KeyException("A stored token key cannot be read. Restore the database from a backup.", e);
        }
    }

    private static Base64URL thumbprint(X509Certificate certificate) {
        try {
            return Base64URL.encode(MessageDigest.getInstance("SHA-1").digest(encoded(certificate)));
        } catch (GeneralSecurityException e) {
            throw new KeyException("SHA-1 is missing in this Java runtime. Use an unmodified JDK.", e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new KeyException("A token key's certificate cannot be encoded.", e);
        }
    }

    private static String context(String id) {
        return "server key " + id;
    }
}
