package dev.cordon.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import dev.cordon.server.web.PortalPermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SignInSweepTest {

    private static final List<String> TABLES = List.of(
            "refresh_tokens", "device_codes", "passkey_challenges", "sign_in_sessions", "sign_ins", "invitations");

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheTimeOfWhatSignsInIsOverThenItIsDeletedAndNothingBefore(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server);
                var sweep = new SignInSweep(server.database, server.time)) {
            var tenant = server.tenant();
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var client = server.client(tenant, "Machine.Read");
            var tokens = server.tokens(tenant, SignInServer.password(client, user));
            server.post(
                    "/" + tenant.id() + "/oauth2/v2.0/devicecode",
                    Map.of("client_id", client.id(), "scope", SignInServer.SCOPE));
            server.database.write(sql -> server.accounts.invitations().create(sql, user));
            var page = browser.follow(browser.submit(
                    browser.open("/account"),
                    Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD)));
            browser.send(
                    "/signin/passkey/options", SignInServer.with(TestBrowser.hidden(page), "purpose", "ENROLLMENT"));
            var before = rows(server);
            assertThat(before.values()).doesNotContain(0);
            assertThat(sweep.sweep()).isZero();
            assertThat(rows(server)).isEqualTo(before);

            server.pass(Duration.ofMinutes(31));
            sweep.sweep();
            assertThat(rows(server))
                    .containsEntry("device_codes", 0)
                    .containsEntry("passkey_challenges", 0)
                    .containsEntry("sign_in_sessions", 1)
                    .containsEntry("invitations", 1);

            server.pass(Duration.ofDays(6));
            sweep.sweep();
            assertThat(rows(server))
                    .containsEntry("device_codes", 0)
                    .containsEntry("passkey_challenges", 0)
                    .containsEntry("sign_in_sessions", 0)
                    .containsEntry("invitations", 0)
                    .containsEntry("refresh_tokens", 1)
                    .containsEntry("sign_ins", 1);
            assertThat(server.refresh(
                                    tenant, client, tokens.get("refresh_token").stringValue())
                            .statusCode())
                    .as("what holds still works")
                    .isEqualTo(200);

            server.pass(Duration.ofDays(400));
            sweep.sweep();
            assertThat(rows(server).values()).containsOnly(0);
        }
    }

    @Test
    void whenThereIsMoreThanABatchThenOneSweepDeletesItAll() {
        try (var server = new SignInServer(Engine.SQLITE);
                var sweep = new SignInSweep(server.database, server.time)) {
            var client = server.client(server.tenant(), "Machine.Read");
            var codes = new DeviceCodes(server.accounts.signIns(), server.time);
            server.database.write(sql -> {
                for (int i = 0; i < 2 * SignInSweep.BATCH + 1; i++) {
                    codes.create(sql, client, "scope");
                }
                return sql;
            });
            server.pass(Duration.ofHours(1));
            assertThat(sweep.sweep()).isEqualTo(2 * SignInSweep.BATCH + 1);
        }
    }

    @Test
    void whenOneAddressBeginsManySignInsThenItHasToWait() {
        try (var server = new SignInServer(Engine.SQLITE)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var path = "/" + tenant.id() + "/oauth2/v2.0/devicecode";
            var form = Map.of("client_id", client.id(), "scope", SignInServer.SCOPE);
            for (int i = 0; i < OpenWork.MOST; i++) {
                assertThat(server.post(path, form).statusCode()).isEqualTo(200);
            }
            var refused = server.post(path, form);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            server.pass(WrongTries.WINDOW);
            assertThat(server.post(path, form).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whenSomebodyTriesManyAccountsThenTheAddressHasToWait() {
        try (var server = new SignInServer(Engine.SQLITE);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var right = Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD);
            var page = browser.open("/account");
            for (int i = 0; i < WrongTries.MOST; i++) {
                assertThat(browser.submit(page, Map.of("username", "nobody" + i + "@example.com", "password", "guess"))
                                .statusCode())
                        .isEqualTo(400);
            }
            var refused = browser.submit(page, right);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(1L, 601L);
            var client = server.client(tenant, "Machine.Read");
            var grant = server.token(tenant, SignInServer.password(client, user));
            assertThat(grant.statusCode()).isEqualTo(400);
            assertThat(grant.body()).contains("AADSTS50053", "invalid_grant");

            server.pass(WrongTries.WINDOW);
            assertThat(browser.submit(page, right).statusCode()).isEqualTo(303);
            server.tokens(tenant, SignInServer.password(client, user));
        }
    }

    @Test
    void whenSomebodyTriesManyAccountsAtTheTokenEndpointThenThatCountsToo() {
        try (var server = new SignInServer(Engine.SQLITE)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var right = SignInServer.password(client, server.user(tenant, PortalPermission.VIEW_DATA));
            for (int i = 0; i < WrongTries.MOST; i++) {
                var path = i % 2 == 0 ? tenant.id() : "organizations";
                var guess = SignInServer.with(right, "username", "nobody" + i + "@example.com");
                assertThat(server.post("/" + path + "/oauth2/v2.0/token", guess).body())
                        .contains("AADSTS50034");
            }
            assertThat(server.token(tenant, right).body()).contains("AADSTS50053");
            server.pass(WrongTries.WINDOW);
            server.tokens(tenant, right);
        }
    }

    @Test
    void whenAddressesAreOfOneNetworkThenTheyCountAsOne() {
        var tries = new WrongTries(java.time.Instant::now);
        for (int i = 0; i < WrongTries.MOST; i++) {
            tries.count("2001:db8:1:2::" + Integer.toHexString(i + 1));
        }
        assertThat(tries.wait("[2001:db8:1:2:ffff::1]")).isPresent();
        assertThat(tries.wait("2001:db8:1:3::1")).isEmpty();
        assertThat(tries.wait("192.0.2.1")).isEmpty();
    }

    private static Map<String, Integer> rows(SignInServer server) {
        return server.database.read(sql -> TABLES.stream()
                .collect(Collectors.toMap(table -> table, table -> sql.fetchCount(DSL.table(DSL.name(table))))));
    }
}
