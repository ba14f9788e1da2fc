package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.identity.ApplicationSecrets.Match;
import dev.cordon.server.identity.IsolationSettings.Exclusion;
import dev.cordon.server.identity.IsolationSettings.Flow;
import dev.cordon.server.identity.IsolationSettings.Transport;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IdentityStoreTest {

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-21T10:00:00Z"));
    private final Tenants tenants = new Tenants(time);
    private final Applications applications = new Applications(time);
    private final ApplicationSecrets secrets = new ApplicationSecrets(time);
    private @Nullable Database opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTenantIsNamedInAnySpellingThenItIsFound(Engine engine) {
        var database = open(engine);
        var tenant = database.write(sql -> tenants.create(sql, "Example", Optional.of("Soc.Example.com")));
        assertThat(tenant.domainName()).contains("soc.example.com");
        for (var spelling : List.of(
                tenant.id(),
                tenant.id().toUpperCase(Locale.ROOT),
                tenant.id().replace("-", ""),
                "soc.example.com",
                "SOC.example.COM")) {
            var found1 = database.read(sql -> tenants.find(sql, spelling));
            assertThat(found1).as(spelling).contains(tenant);
        }
        for (var other : List.of("", "common", "example.com", Guid.random(), tenant.id() + "0")) {
            var found2 = database.read(sql -> tenants.find(sql, other));
            assertThat(found2).as(other).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenDomainIsTakenOrMalformedThenTenantIsRefused(Engine engine) {
        var database = open(engine);
        database.write(sql -> tenants.create(sql, "First", Optional.of("example.com")));
        for (var domain : List.of("EXAMPLE.com", "common", "a b.example", "-x.example.com", "example.com/../x")) {
            assertThatThrownBy(() -> database.write(sql -> tenants.create(sql, "Second", Optional.of(domain))))
                    .as(domain)
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("domainName");
        }
        var found3 = database.read(tenants::all);
        assertThat(found3).extracting(Tenant::displayName).containsExactly("First");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSettingsAreChangedThenTheyAreReadBackWhole(Engine engine) {
        var database = open(engine);
        var tenant = database.write(sql -> tenants.create(sql, "Example", Optional.empty()));
        var found4 = database.read(sql -> tenants.settings(sql, tenant.id()));
        assertThat(found4).isEqualTo(TenantSettings.DEFAULT);
        var settings = new TenantSettings(
                new IsolationSettings(
                        List.of(new Exclusion(
                                "backup",
                                List.of("192.0.2.0/24", "2001:db8::1"),
                                List.of(443, 8443),
                                Optional.of(Transport.TCP),
                                Optional.of("backup"),
                                Optional.of("backup@nightly.service"),
                                Flow.OUTBOUND)),
                        0),
                new ExecutionSettings(true, true, List.of("ab".repeat(32)), List.of("/opt/tools/")),
                new ObjectSettings(1, 2, Duration.ofDays(3), Duration.ofSeconds(60)),
                Duration.ofHours(5));
        database.write(sql -> {
            tenants.changeSettings(sql, tenant.id(), settings);
            return tenant;
        });
        var found5 = database.read(sql -> tenants.settings(sql, tenant.id()));
        assertThat(found5).isEqualTo(settings);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenApplicationIsMadeAndChangedThenItIsReadBackWhole(Engine engine) {
        var database = open(engine);
        var tenant = database.write(sql -> tenants.create(sql, "Example", Optional.empty()));
        var other = database.write(sql -> tenants.create(sql, "Other", Optional.empty()));
        var made = database.write(sql -> applications.create(
                sql, tenant.id(), "playbooks", List.of("machine.isolate", "URL.Read.All", "Machine.Isolate")));
        assertThat(made.permissions()).containsExactly("Machine.Isolate", "Url.Read.All");
        var found6 = database.read(sql ->
                applications.find(sql, tenant.id(), made.id().replace("-", "").toUpperCase(Locale.ROOT)));
        assertThat(found6).contains(made);
        var found7 = database.read(sql -> applications.find(sql, other.id(), made.id()));
        assertThat(found7).isEmpty();
        database.write(sql -> {
            applications.changePermissions(sql, made, List.of());
            applications.changeEnabled(sql, made, false);
            return made;
        });
        var found8 = database.read(sql -> applications.all(sql, tenant.id()));
        assertThat(found8)
                .containsExactly(new Application(
                        tenant.id(),
                        made.id(),
                        made.objectId(),
                        "playbooks",
                        new java.util.TreeSet<>(),
                        false,
                        false,
                        made.createdAt()));
        assertThatThrownBy(() ->
                        database.write(sql -> applications.create(sql, tenant.id(), "typo", List.of("Machine.Isolat"))))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("'Machine.Isolat' does not exist");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSecretsOverlapThenEachHoldsInItsOwnTime(Engine engine) {
        var database = open(engine);
        var application = database.write(sql -> {
            var tenant = tenants.create(sql, "Example", Optional.empty());
            return applications.create(sql, tenant.id(), "playbooks", List.of());
        });
        var first = database.write(sql -> secrets.create(sql, application, Duration.ofDays(10)));
        time.pass(Duration.ofDays(5));
        var second = database.write(sql -> secrets.create(sql, application, Duration.ofDays(10)));
        assertThat(match(database, application, first.secret())).isEqualTo(Match.HOLDS);
        assertThat(match(database, application, second.secret())).isEqualTo(Match.HOLDS);
        assertThat(match(database, application, second.secret() + "x")).isEqualTo(Match.WRONG);
        time.pass(Duration.ofDays(5));
        assertThat(match(database, application, first.secret())).isEqualTo(Match.EXPIRED);
        assertThat(match(database, application, second.secret())).isEqualTo(Match.HOLDS);
        var found9 = database.write(
                sql -> secrets.delete(sql, application, second.about().id()));
        assertThat(found9).isTrue();
        assertThat(match(database, application, second.secret())).isEqualTo(Match.WRONG);
        var found10 = database.read(sql -> secrets.all(sql, application));
        assertThat(found10).containsExactly(first.about());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSecretIsMadeThenTheDatabaseHoldsOnlyItsHash(Engine engine) {
        var database = open(engine);
        var application = database.write(sql -> {
            var tenant = tenants.create(sql, "Example", Optional.empty());
            return applications.create(sql, tenant.id(), "playbooks", List.of());
        });
        var created = database.write(sql -> secrets.create(sql, application, Duration.ofDays(1)));
        assertThat(created.secret()).hasSize(43);
        assertThat(created.toString()).doesNotContain(created.secret());
        var row = database.read(
                sql -> sql.selectFrom(IdentityTables.Secrets.TABLE).fetchSingle());
        assertThat(row.intoList()).noneMatch(value -> value instanceof String text && text.contains(created.secret()));
        assertThat(row.get("hash", byte[].class)).hasSize(32);
    }

    private Match match(Database database, Application application, String secret) {
        return secrets.match(database.read(sql -> secrets.kept(sql, application)), secret);
    }

    private Database open(Engine engine) {
        var database = engine.fresh();
        opened = database;
        return database;
    }
}
