package dev.cordon.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import dev.cordon.protocol.Envelopes;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.InstantSource;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StoredKeysTest {

    private static final String TENANT = "11111111-1111-1111-1111-111111111111";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenReadByAnotherServerThenItIsTheSameTokenKey(Engine engine) throws JOSEException, java.text.ParseException {
        try (var database = engine.fresh()) {
            var made = serverKeys(database, "master.key").tokenSigningKey();
            assertThat(made.size()).isEqualTo(2048);
            var keys = serverKeys(database, "master.key");
            var jws = new JWSObject(new JWSHeader(JWSAlgorithm.RS256), new Payload("x"));
            jws.sign(new RSASSASigner(keys.tokenSigningKey()));
            assertThat(JWSObject.parse(jws.serialize()).verify(new RSASSAVerifier(made.toRSAPublicKey())))
                    .isTrue();
            assertThat(keys.publishedKeys()).hasSize(1).noneMatch(com.nimbusds.jose.jwk.RSAKey::isPrivate);
            var published = keys.publishedKeys().getFirst();
            assertThat(published.getX509CertChain()).hasSize(1);
            assertThat(published.toJSONObject())
                    .containsEntry("x5t", published.getKeyID())
                    .containsEntry("use", "sig");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenKeysAreRotatedAndReplacedThenTheStoreKeepsNoOldPrivateHalf(Engine engine) {
        try (var database = engine.fresh()) {
            var keys = serverKeys(database, "master.key");
            var first = keys.tokenSigningKey().getKeyID();
            var next = keys.rotate();
            assertThat(keys.rotate().key()).as("one waits already").isEqualTo(next.key());
            assertThat(keys.tokenSigningKey().getKeyID()).isEqualTo(first);
            assertThat(serverKeys(database, "master.key").publishedKeys()).hasSize(2);
            keys.replaceAll();
            assertThat(keys.publishedKeys()).hasSize(1);
            var left = database.<java.util.List<byte[]>>read(
                    sql -> sql.fetch("select wrapped_private from server_keys where retired_at is not null")
                            .getValues(0, byte[].class));
            assertThat(left).hasSize(2).allMatch(bytes -> bytes.length == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMasterKeyIsAnotherThenNoTokenKeyIsReadOrMade(Engine engine) {
        try (var database = engine.fresh()) {
            serverKeys(database, "master.key").tokenSigningKey();
            var keys = serverKeys(database, "other.key");
            assertThatThrownBy(keys::tokenSigningKey).isInstanceOf(KeyException.class);
            assertThat(database.<Integer>read(sql -> sql.fetchCount(table(name("server_keys")))))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenATenantsKeysAreReadAgainThenTheyFitWhatWasMade(Engine engine) throws GeneralSecurityException {
        try (var database = engine.fresh()) {
            var first = tenantKeys(database);
            database.write(sql -> {
                insertTenant(sql);
                first.create(sql, TENANT);
                return 0;
            });
            var again = tenantKeys(database);
            var command = database.<CommandKey>read(sql -> again.commandKey(sql, TENANT));
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(command.privateKey());
            signature.update(new byte[] {1});
            var signed = signature.sign();
            var published =
                    database.<java.util.List<java.security.PublicKey>>read(sql -> first.commandKeys(sql, TENANT));
            assertThat(published).containsExactly(command.publicKey());
            signature.initVerify(published.getFirst());
            signature.update(new byte[] {1});
            assertThat(signature.verify(signed)).isTrue();
            assertThat(command.keyId()).isEqualTo(Envelopes.keyId(command.publicKey()));
            assertThat(command.toString()).doesNotContainIgnoringCase("private");

            var authority = database.<MachineAuthority>read(sql -> again.machineAuthority(sql, TENANT));
            authority.certificate().verify(authority.certificate().getPublicKey());
            assertThat(authority.certificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=Cordon machine authority,O=" + TENANT);
            assertThat(authority.certificate().getBasicConstraints()).isZero();
            assertThatThrownBy(() -> database.<CommandKey>read(sql -> again.commandKey(sql, "another")))
                    .isInstanceOf(KeyException.class);
        }
    }

    private static int insertTenant(org.jooq.DSLContext sql) {
        return sql.insertInto(table(name("tenants")))
                .set(field(name("id"), SQLDataType.CLOB), TENANT)
                .set(field(name("display_name"), SQLDataType.CLOB), "t")
                .set(field(name("settings"), SQLDataType.CLOB), "{}")
                .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                .set(field(name("audit_number"), SQLDataType.BIGINT), 0L)
                .set(field(name("audit_hash"), SQLDataType.BLOB), new byte[32])
                .execute();
    }

    private ServerKeys serverKeys(Database database, String masterKey) {
        return new ServerKeys(database, KeyVault.open(folder.resolve(masterKey)), InstantSource.system());
    }

    private TenantKeys tenantKeys(Database database) {
        return new TenantKeys(database, KeyVault.open(folder.resolve("master.key")), InstantSource.system());
    }
}
