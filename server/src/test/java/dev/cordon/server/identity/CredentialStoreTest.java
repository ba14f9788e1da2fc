package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.issuers.TrustedIssuer;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CredentialStoreTest {

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-21T10:00:00Z"));
    private final Tenants tenants = new Tenants(time);
    private final Applications applications = new Applications(time);
    private final ApplicationCertificates certificates = new ApplicationCertificates(time);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenACertificateIsKeptThenItIsReadAsItWasAndOnlyForItsApplication(Engine engine) {
        try (var database = engine.fresh()) {
            var one = application(database);
            var other = application(database);
            var made = TestCertificate.rsa(time.instant(), Duration.ofDays(2));
            var end = time.instant().plus(Duration.ofDays(1));
            var added = database.write(
                    sql -> certificates.add(sql, one, made.certificate(), Optional.empty(), Optional.of(end), true));
            var all = database.<List<ApplicationCertificate>>read(sql -> certificates.all(sql, one));
            assertThat(all).containsExactly(added);
            assertThat(added.expiresAt()).isEqualTo(end);
            assertThat(added.holdsAt(end)).isFalse();
            var others = database.<List<ApplicationCertificate>>read(sql -> certificates.all(sql, other));
            assertThat(others).isEmpty();
            var foreign = database.<Boolean>write(sql -> certificates.delete(sql, other, added.id()));
            assertThat(foreign).isFalse();
            var deleted = database.<Boolean>write(sql -> certificates.delete(sql, one, added.id()));
            assertThat(deleted).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnApplicationHasTwentyCertificatesThenItGetsNoMore(Engine engine) {
        try (var database = engine.fresh()) {
            var application = application(database);
            var keys = TestCertificate.rsa(time.instant(), Duration.ofDays(2)).keys();
            for (int i = 0; i < 20; i++) {
                add(database, application, keys, i);
            }
            assertThatThrownBy(() -> add(database, application, keys, 20))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("20 certificates");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnAssertionIsUsedThenItIsUsedForItsApplicationUntilItIsOver(Engine engine) {
        try (var database = engine.fresh()) {
            var used = new UsedAssertions(database, time);
            var one = application(database);
            var other = application(database);
            var end = time.instant().plusSeconds(600);
            assertThat(used.use(one, "a", end)).isTrue();
            assertThat(used.use(one, "a", end)).isFalse();
            assertThat(used.use(one, "b", end)).isTrue();
            assertThat(used.use(other, "a", end)).isTrue();
            time.pass(Duration.ofSeconds(601));
            assertThat(used.use(one, "c", end.plusSeconds(600))).isTrue();
            var kept = database.<Integer>read(sql -> sql.fetchCount(CredentialTables.UsedAssertions.TABLE));
            assertThat(kept).as("what is over is forgotten").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenOutsideIssuersAreKeptThenTheyAreReadAsTheyWere(Engine engine) {
        try (var database = engine.fresh()) {
            var federated = new FederatedCredentials(time);
            var issuers = new OutsideIssuers(tenants, time);
            var application = application(database);
            var trusted = new TrustedIssuer(
                    "https://id.example.com", Optional.of("https://keys.example.com/jwks"), Optional.empty());
            var credential = database.write(sql -> federated.add(sql, application, "ci", trusted, "sub", "aud"));
            var kept = database.<List<FederatedCredential>>read(sql -> federated.all(sql, application));
            assertThat(kept).containsExactly(credential);
            var mapping = ClaimMapping.parse("""
                    {"scopesClaim":"scp","roles":[{"value":"a","permissions":["Machine.Isolate"]}],
                     "portalRoles":[{"value":"a","permissions":["ViewData"],"machineGroups":[2,1]}]}""");
            var added = database.write(sql -> issuers.add(sql, application.tenantId(), trusted, "api://x", mapping));
            var all = database.<List<OutsideIssuer>>read(issuers::all);
            assertThat(all).containsExactly(added);
            var foreign = database.<Boolean>write(sql -> issuers.delete(sql, Guid.random(), added.id()));
            assertThat(foreign).isFalse();
        }
    }

    private void add(Database database, Application application, java.security.KeyPair keys, int number) {
        var certificate =
                TestCertificate.of(keys, "SHA256withRSA", time.instant().plusSeconds(number), Duration.ofDays(1));
        database.write(sql -> certificates.add(
                sql, application, certificate.certificate(), Optional.empty(), Optional.empty(), false));
    }

    private Application application(Database database) {
        return database.write(sql -> {
            var tenant = tenants.create(sql, "Example", Optional.empty());
            return applications.create(sql, tenant.id(), "playbooks", List.of());
        });
    }
}
