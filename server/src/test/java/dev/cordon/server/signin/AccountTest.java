package dev.cordon.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.NotFoundException;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.cordon.server.identity.SignInSettings;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.TenantSettings;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.OneTimeCode;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AccountTest {

    private static final Pattern KEY = Pattern.compile("<code>([A-Z2-7 ]+)</code>");
    private static final Pattern CODE = Pattern.compile("<li><code>([A-Z2-7-]+)</code></li>");
    private static final Pattern SESSION = Pattern.compile("name=\"session\" value=\"([^\"]+)\"");

    private SignInServer server;
    private Tenant tenant;
    private User user;
    private TestBrowser browser;

    @BeforeEach
    void start() {
        server = new SignInServer(Engine.SQLITE);
        tenant = server.tenant();
        user = server.user(tenant, PortalPermission.VIEW_DATA);
        browser = new TestBrowser(server);
    }

    @AfterEach
    void end() {
        browser.close();
        server.close();
    }

    @Test
    void whenAPasswordIsChangedThenTheOldOneAndAllOtherSignInsEnd() {
        try (var other = new TestBrowser(server)) {
            signIn(other, SignInServer.PASSWORD);
            var client = server.client(tenant, "Machine.Read");
            var tokens = server.tokens(tenant, SignInServer.password(client, user));
            var page = signIn(browser, SignInServer.PASSWORD);
            assertThat(send("/account/password", page, passwords("not the old one", "another good password"))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send("/account/password", page, passwords(SignInServer.PASSWORD, "short"))
                            .statusCode())
                    .isEqualTo(400);
            var done = send("/account/password", page, passwords(SignInServer.PASSWORD, "another good password"));
            assertThat(done.body()).contains("Your password is changed");
            assertThat(server.audited(tenant, "user.passwordSet"))
                    .last()
                    .isEqualTo(user.actor() + " user:" + user.id() + " {\"ip\":\"127.0.0.1\"}");
            assertThat(browser.open("/account").body()).as("this browser stays").contains("Your account");
            assertThat(other.open("/account").body()).contains("Sign in");
            assertThat(server.refresh(
                                    tenant, client, tokens.get("refresh_token").stringValue())
                            .statusCode())
                    .isEqualTo(400);
            var old = other.open("/account");
            assertThat(other.submit(old, credentials(SignInServer.PASSWORD)).statusCode())
                    .isEqualTo(400);
            assertThat(signIn(other, "another good password").body()).contains("Your account");
        }
    }

    @Test
    void whenAnAuthenticatorIsSetUpThenItsPictureHoldsTheKeyAndItIsAskedForFromThenOn() throws ReaderException {
        var page = signIn(browser, SignInServer.PASSWORD);
        var key = key(page);
        assertThat(scanned(page.body()))
                .isEqualTo(
                        "otpauth://totp/Cordon:user1%40example.com?secret=" + key.replace(" ", "") + "&issuer=Cordon");
        var wrong = send("/account/authenticator", page, Map.of("code", "000000"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(key(wrong)).as("the key that was scanned already stays").isEqualTo(key);
        assertThat(send("/account/authenticator", wrong, Map.of("code", code(key)))
                        .statusCode())
                .isEqualTo(303);
        try (var other = new TestBrowser(server)) {
            assertThat(signIn(other, SignInServer.PASSWORD).body()).contains("Enter your code");
        }
        assertThat(send("/account/authenticator/remove", browser.open("/account"), Map.of())
                        .statusCode())
                .isEqualTo(303);
        try (var other = new TestBrowser(server)) {
            assertThat(signIn(other, SignInServer.PASSWORD).body()).contains("Your account");
        }
    }

    @Test
    void whenARecoveryCodeIsUsedThenItSignsInOnceAndNewOnesEndTheOld() {
        var page = signIn(browser, SignInServer.PASSWORD);
        send("/account/authenticator", page, Map.of("code", code(key(page))));
        var codes = codes();
        assertThat(codes).hasSize(10).doesNotHaveDuplicates();
        try (var other = new TestBrowser(server)) {
            var ask = signIn(other, SignInServer.PASSWORD);
            assertThat(other.submit(ask, Map.of("code", "AAAA-AAAA-AAAA-AAAA")).statusCode())
                    .isEqualTo(400);
            var lower = codes.getFirst().replace("-", " ").toLowerCase(java.util.Locale.ROOT);
            assertThat(other.submit(ask, Map.of("code", lower)).statusCode()).isEqualTo(303);
            assertThat(other.open("/account").body()).contains("9 left");
        }
        try (var other = new TestBrowser(server)) {
            var ask = signIn(other, SignInServer.PASSWORD);
            assertThat(other.submit(ask, Map.of("code", codes.getFirst())).statusCode())
                    .as("a second time")
                    .isEqualTo(400);
            codes();
            assertThat(other.submit(ask, Map.of("code", codes.getLast())).statusCode())
                    .as("one of the earlier list")
                    .isEqualTo(400);
        }
    }

    @Test
    void whenATenantOrARoleAsksForASecondFactorThenItIsEnrolledAtTheNextSignInAndTheLastOneStays() {
        server.database.write(sql -> {
            var usual = TenantSettings.DEFAULT;
            server.identity
                    .tenants()
                    .changeSettings(
                            sql,
                            tenant.id(),
                            new TenantSettings(
                                    usual.isolation(),
                                    usual.execution(),
                                    usual.objects(),
                                    new SignInSettings(true, true, Optional.empty(), List.of()),
                                    usual.actionLifetime()));
            return tenant;
        });
        var page = signIn(browser, SignInServer.PASSWORD);
        assertThat(page.body()).contains("Set up an authenticator");
        var client = server.client(tenant, "Machine.Read");
        assertThat(server.token(tenant, SignInServer.password(client, user)).body())
                .contains("AADSTS50079");
        browser.submit(page, Map.of("code", code(key(page))));
        var refused = send("/account/authenticator/remove", browser.open("/account"), Map.of());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("Add another one before you remove this one");
    }

    @Test
    void whenARoleAsksForASecondFactorThenItsHoldersEnrollOne() {
        var token = server.administrator(tenant);
        var made = server.administer(
                token,
                "POST",
                "/roles",
                "{\"displayName\":\"Careful\",\"permissions\":[\"ViewData\"],\"allMachines\":true,\"secondFactorRequired\":true}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(signIn(browser, SignInServer.PASSWORD).body()).contains("Your account");
        server.database.write(sql -> {
            var role = server.accounts.roles().find(sql, tenant.id(), "Careful").orElseThrow();
            server.accounts.roles().assign(sql, user, List.of(role));
            return role;
        });
        try (var other = new TestBrowser(server)) {
            assertThat(signIn(other, SignInServer.PASSWORD).body()).contains("Set up an authenticator");
        }
    }

    @Test
    void whenASessionElsewhereIsEndedThenThatBrowserIsSignedOut() {
        try (var other = new TestBrowser(server)) {
            signIn(other, SignInServer.PASSWORD);
            server.pass(Duration.ofMinutes(1));
            var page = signIn(browser, SignInServer.PASSWORD);
            var sessions = SESSION.matcher(page.body())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(sessions).hasSize(2);
            send("/account/sessions/end", page, Map.of("session", sessions.getLast()));
            assertThat(other.open("/account").body()).contains("Sign in");
            assertThat(browser.open("/account").body()).contains("Your account");
            var stranger = server.user(tenant, PortalPermission.VIEW_DATA);
            try (var third = new TestBrowser(server)) {
                var own = third.follow(third.submit(
                        third.open("/account"),
                        Map.of("username", stranger.userPrincipalName(), "password", SignInServer.PASSWORD)));
                var form = new HashMap<>(TestBrowser.hidden(own));
                form.put("session", sessions.getFirst());
                third.send("/account/sessions/end", form);
                assertThat(browser.open("/account").body())
                        .as("nobody ends another's session")
                        .contains("Your account");
            }
        }
    }

    @Test
    void whenTheSignInIsLongAgoThenNothingIsChanged() {
        var page = signIn(browser, SignInServer.PASSWORD);
        server.pass(Duration.ofMinutes(16));
        var key = key(page);
        for (var path : List.of(
                "/account/password",
                "/account/authenticator",
                "/account/authenticator/remove",
                "/account/recovery-codes",
                "/account/passkeys/remove")) {
            var refused = send(path, page, Map.of("code", code(key)));
            assertThat(refused.statusCode()).as(path).isEqualTo(403);
            assertThat(refused.body()).as(path).contains("Sign in again first");
        }
    }

    private List<String> codes() {
        var page = send("/account/recovery-codes", browser.open("/account"), Map.of());
        return CODE.matcher(page.body()).results().map(found -> found.group(1)).toList();
    }

    private HttpResponse<String> send(String path, HttpResponse<String> page, Map<String, String> fields) {
        var form = new HashMap<>(TestBrowser.hidden(page));
        form.putAll(fields);
        return browser.send(path, form);
    }

    private HttpResponse<String> signIn(TestBrowser in, String password) {
        return in.follow(in.submit(in.open("/account"), credentials(password)));
    }

    private Map<String, String> credentials(String password) {
        return Map.of("username", user.userPrincipalName(), "password", password);
    }

    private static Map<String, String> passwords(String old, String fresh) {
        return Map.of("old", old, "password", fresh, "again", fresh);
    }

    private String code(String key) {
        return OneTimeCode.of(key, server.time.instant());
    }

    private static String key(HttpResponse<String> page) {
        var key = KEY.matcher(page.body());
        if (!key.find()) {
            throw new AssertionError(page.body());
        }
        return key.group(1);
    }

    /** What a camera reads from the QR code of a page. */
    private static String scanned(String body) throws ReaderException {
        var svg = Pattern.compile(
                        "<svg class=\"qr\".*?viewBox=\"0 0 (\\d+) .*?fill=\"#000\" d=\"([^\"]+)\"", Pattern.DOTALL)
                .matcher(body);
        if (!svg.find()) {
            throw NotFoundException.getNotFoundInstance();
        }
        int scale = 4;
        int size = Integer.parseInt(svg.group(1)) * scale;
        var pixels = new byte[size * size];
        java.util.Arrays.fill(pixels, (byte) 255);
        Pattern.compile("M(\\d+) (\\d+)h1v1h-1z")
                .matcher(svg.group(2))
                .results()
                .forEach(module -> {
                    int left = Integer.parseInt(module.group(1)) * scale;
                    int top = Integer.parseInt(module.group(2)) * scale;
                    for (int y = top; y < top + scale; y++) {
                        java.util.Arrays.fill(pixels, y * size + left, y * size + left + scale, (byte) 0);
                    }
                });
        var picture = new LuminanceSource(size, size) {
            @Override
            public byte[] getRow(int y, byte[] row) {
                return java.util.Arrays.copyOfRange(pixels, y * size, (y + 1) * size);
            }

            @Override
            public byte[] getMatrix() {
                return pixels;
            }
        };
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(picture)))
                .getText();
    }
}
