package dev.cordon.server.keys;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.Envelopes;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * The keys of each tenant: the Ed25519 key that signs its commands and the P-256 authority that issues its machines'
 * certificates. Private halves are in the database, wrapped by the {@link KeyVault}. Thread-safe; unwrapped keys are
 * kept in memory.
 *
 * <p>Methods run inside the caller's transaction, because work on the database must not call the database again.
 */
public final class TenantKeys {

    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(20 * 365);

    private static final String COMMAND = "command";
    private static final String MACHINE_AUTHORITY = "machine-authority";

    private static final Table<?> TABLE = table(name("tenant_keys"));
    private static final Field<String> TENANT_ID = field(name("tenant_id"), SQLDataType.CLOB);
    private static final Field<String> ID = field(name("id"), SQLDataType.CLOB);
    private static final Field<String> PURPOSE = field(name("purpose"), SQLDataType.CLOB);
    private static final Field<byte[]> WRAPPED = field(name("wrapped_private"), SQLDataType.BLOB);
    private static final Field<byte[]> PUBLIC = field(name("public_der"), SQLDataType.BLOB);
    private static final Field<Long> CREATED = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<Long> RETIRED = field(name("retired_at"), SQLDataType.BIGINT);

    private final KeyVault vault;
    private final InstantSource clock;
    private final ConcurrentMap<String, CommandKey> commandKeys = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, MachineAuthority> authorities = new ConcurrentHashMap<>();

    /** @param database where the tenants are; all reads and writes go through the callers' transactions on it */
    public TenantKeys(@SuppressWarnings("unused") Database database, KeyVault vault, InstantSource clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** Makes the keys of a new tenant. */
    public void create(DSLContext sql, String tenantId) {
        var command = KeyFormats.ed25519();
        insert(
                sql,
                tenantId,
                Envelopes.keyId(command.getPublic()),
                COMMAND,
                command.getPrivate().getEncoded(),
                command.getPublic().getEncoded());
        var authority = KeyFormats.p256();
        var subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, tenantId)
                .addRDN(BCStyle.CN, "Cordon machine authority")
                .build();
        var certificate = SelfSigned.authority(authority, subject, clock.instant(), AUTHORITY_LIFETIME);
        try {
            insert(
                    sql,
                    tenantId,
                    Envelopes.keyId(authority.getPublic()),
                    MACHINE_AUTHORITY,
                    authority.getPrivate().getEncoded(),
                    certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new KeyException("The certificate of tenant " + tenantId + "'s authority could not be made.", e);
        }
    }

    private void insert(
            DSLContext sql, String tenantId, String id, String purpose, byte[] privateKey, byte[] publicDer) {
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(ID, id)
                .set(PURPOSE, purpose)
                .set(WRAPPED, vault.wrap(privateKey, context(tenantId, purpose, id)))
                .set(PUBLIC, publicDer)
                .set(CREATED, Instants.micros(clock.instant()))
                .execute();
    }

    /** The key that signs the tenant's commands now. */
    public CommandKey commandKey(DSLContext sql, String tenantId) {
        var known = commandKeys.get(tenantId);
        if (known != null) {
            return known;
        }
        var row = newest(sql, tenantId, COMMAND);
        var spki = row.get(PUBLIC);
        var publicKey = KeyFormats.publicKey("Ed25519", spki);
        var id = Envelopes.keyId(publicKey);
        var privateKey =
                KeyFormats.privateKey("Ed25519", vault.unwrap(row.get(WRAPPED), context(tenantId, COMMAND, id)));
        var key = new CommandKey(id, privateKey, publicKey);
        commandKeys.put(tenantId, key);
        return key;
    }

    /** All keys whose signatures the tenant's machines shall accept, newest first. */
    public List<PublicKey> commandKeys(DSLContext sql, String tenantId) {
        return sql.select(PUBLIC)
                .from(TABLE)
                .where(TENANT_ID.eq(tenantId), PURPOSE.eq(COMMAND), RETIRED.isNull())
                .orderBy(CREATED.desc(), ID)
                .fetch(row -> KeyFormats.publicKey("Ed25519", row.value1()));
    }

    /** The authority that issues the tenant's machine certificates now. */
    public MachineAuthority machineAuthority(DSLContext sql, String tenantId) {
        var known = authorities.get(tenantId);
        if (known != null) {
            return known;
        }
        var row = newest(sql, tenantId, MACHINE_AUTHORITY);
        var certificate = KeyFormats.certificate(row.get(PUBLIC));
        var id = Envelopes.keyId(certificate.getPublicKey());
        var privateKey =
                KeyFormats.privateKey("EC", vault.unwrap(row.get(WRAPPED), context(tenantId, MACHINE_AUTHORITY, id)));
        var authority = new MachineAuthority(certificate, privateKey);
        authorities.put(tenantId, authority);
        return authority;
    }

    private static Record2<byte[], byte[]> newest(DSLContext sql, String tenantId, String purpose) {
        var row = sql.select(WRAPPED, PUBLIC)
                .from(TABLE)
                .where(TENANT_ID.eq(tenantId), PURPOSE.eq(purpose), RETIRED.isNull())
                .orderBy(CREATED.desc(), ID)
                .limit(1)
                .fetchOne();
        if (row == null) {
            throw new KeyException(
                    "Tenant " + tenantId + " has no " + purpose + " key. Restore the database from a backup.", null);
        }
        return row;
    }

    private static String context(String tenantId, String purpose, String id) {
        return "tenant key " + tenantId + "/" + purpose + "/" + id;
    }
}
