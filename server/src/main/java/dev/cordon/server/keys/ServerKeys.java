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
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.asn1.x500.X500Name;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the server itself: RSA-2048 keys that sign access tokens, each with a self-signed certificate, because
 * token clients expect {@code x5c} and {@code x5t} in the key document. Thread-safe. The first key is made at first use,
 * which may take a second: ask for it early.
 */
public final class ServerKeys {

    private static final Duration CERTIFICATE_LIFETIME = Duration.ofDays(5 * 365);
    private static final String TOKEN = "token";

    private static final Table<?> TABLE = table(name("server_keys"));
    private static final Field<String> ID = field(name("id"), SQLDataType.CLOB);
    private static final Field<String> PURPOSE = field(name("purpose"), SQLDataType.CLOB);
    private static final Field<byte[]> WRAPPED = field(name("wrapped_private"), SQLDataType.BLOB);
    private static final Field<byte[]> PUBLIC = field(name("public_der"), SQLDataType.BLOB);
    private static final Field<Long> CREATED = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<Long> RETIRED = field(name("retired_at"), SQLDataType.BIGINT);

    private final Database database;
    private final KeyVault vault;
    private final InstantSource clock;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable List<RSAKey> keys;

    public ServerKeys(Database database, KeyVault vault, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
    }

    /** The key that signs access tokens now, private half included. */
    public RSAKey tokenSigningKey() {
        return keys().getFirst();
    }

    /** The public halves of all keys whose tokens are accepted, newest first. */
    public List<RSAKey> publishedKeys() {
        return keys().stream().map(RSAKey::toPublicJWK).toList();
    }

    private List<RSAKey> keys() {
        var known = keys;
        if (known != null) {
            return known;
        }
        loading.lock();
        try {
            var loaded = keys;
            if (loaded == null) {
                loaded = database.read(this::load);
                if (loaded.isEmpty()) {
                    loaded = create();
                }
                keys = loaded;
            }
            return loaded;
        } finally {
            loading.unlock();
        }
    }

    private List<RSAKey> load(DSLContext sql) {
        return sql.select(ID, WRAPPED, PUBLIC)
                .from(TABLE)
                .where(PURPOSE.eq(TOKEN), RETIRED.isNull())
                .orderBy(CREATED.desc(), ID)
                .fetch(row ->
                        jwk(KeyFormats.certificate(row.value3()), vault.unwrap(row.value2(), context(row.value1()))));
    }

    private List<RSAKey> create() {
        var pair = KeyFormats.rsa2048();
        var certificate =
                SelfSigned.signer(pair, new X500Name("CN=Cordon token signing"), clock.instant(), CERTIFICATE_LIFETIME);
        var id = thumbprint(certificate).toString();
        var pkcs8 = pair.getPrivate().getEncoded();
        return database.write(sql -> {
            sql.insertInto(TABLE)
                    .set(ID, id)
                    .set(PURPOSE, TOKEN)
                    .set(WRAPPED, vault.wrap(pkcs8, context(id)))
                    .set(PUBLIC, encoded(certificate))
                    .set(CREATED, Instants.micros(clock.instant()))
                    .execute();
            return load(sql);
        });
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
