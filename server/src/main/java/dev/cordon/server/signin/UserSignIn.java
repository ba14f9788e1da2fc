package dev.cordon.server.signin;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.federation.Federation;
import dev.cordon.server.identity.CrossOrigins;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.Identity;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.Invitations;
import dev.cordon.server.web.Route;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The parts of this package, wired: the grants with a user and the pages. Thread-safe. */
public final class UserSignIn {

    private final Parts parts;
    private final TokenIssue issue;
    private final UserInfoEndpoint userInfo;
    private final AuthorizationCodes codes;
    private final AuthorizeEndpoint authorize;
    private final SignInForms forms;
    private final Federation federation;
    private final OutsidePages outside;
    private final SecondFactorPages secondFactor;
    private final ExpiredPasswords expired;
    private final PasskeyPages passkeys;
    private final AccountPages account;
    private final AdminConsentPages adminConsent;
    private final LogoutEndpoint logout;
    private final OutsideLogout outsideLogout;
    private final DeviceCodes deviceCodes;
    private final DeviceCodeEndpoint devices;
    private final DevicePages devicePages;
    private final InvitationPages invitations;

    /** @param hosts names by which people reach this server: passkeys are made for these */
    public UserSignIn(
            Database database,
            AuditLog audit,
            Identity identity,
            Accounts accounts,
            KeyVault vault,
            InstantSource time,
            Collection<String> hosts) {
        var clients = new Clients(time);
        var scopes = new GrantedScopes(identity.audiences(), identity.applications(), clients);
        var browser = new Browser(database, accounts, time);
        var site = new PasskeySite(hosts, browser);
        var passkeyForms = new PasskeyForms(site);
        var requests = new AuthorizeRequests(identity.tenants(), identity.applications(), clients);
        federation = new Federation(database, audit, identity, accounts, vault, time);
        var choice = new OutsideChoice(database, identity.tenants(), requests, federation);
        var pages = new SignInPages(browser, passkeyForms, choice, time);
        parts = new Parts(
                database,
                audit,
                identity,
                accounts,
                clients,
                vault,
                new WrongTries(time),
                new OpenWork(time),
                new GrantConditions(database, identity.tenants(), time),
                time);
        var times = new TokenTimes(time);
        var idTokens = new IdTokens(identity.signer(), times);
        issue = new TokenIssue(
                scopes,
                new RefreshTokens(accounts.signIns(), time),
                new UserTokens(identity.signer(), idTokens, federation, times));
        userInfo = new UserInfoEndpoint(parts);
        codes = new AuthorizationCodes(accounts.signIns(), time);
        forms = new SignInForms(parts, requests, scopes, browser, pages);
        outside = new OutsidePages(parts, federation, choice, browser, pages, forms);
        secondFactor = new SecondFactorPages(parts, browser, pages, forms, passkeyForms);
        passkeys = new PasskeyPages(parts, site, browser, forms, secondFactor);
        account = new AccountPages(parts, browser, pages, forms, secondFactor, passkeyForms);
        expired = new ExpiredPasswords(parts, browser, pages, forms);
        adminConsent = new AdminConsentPages(parts, requests, scopes, browser, pages, forms, secondFactor, expired);
        authorize =
                new AuthorizeEndpoint(parts, requests, scopes, codes, idTokens, browser, pages, secondFactor, expired);
        logout = new LogoutEndpoint(parts, federation, browser, pages);
        outsideLogout = new OutsideLogout(federation, browser);
        deviceCodes = new DeviceCodes(accounts.signIns(), time);
        devices = new DeviceCodeEndpoint(parts, requests, scopes, deviceCodes);
        devicePages = new DevicePages(parts, scopes, deviceCodes, browser, pages, forms, secondFactor, expired);
        invitations = new InvitationPages(parts, browser, pages);
    }

    /** The grants, by {@code grant_type}. */
    public Map<String, Grant> grants() {
        var deviceCode = new DeviceCodeGrant(parts, issue, deviceCodes);
        return Map.of(
                OnBehalfOfGrant.NAME,
                new OnBehalfOfGrant(parts, issue),
                "device_code",
                deviceCode,
                "urn:ietf:params:oauth:grant-type:device_code",
                deviceCode,
                "authorization_code",
                new AuthorizationCodeGrant(parts, issue, codes),
                "password",
                new PasswordGrant(parts, issue),
                "refresh_token",
                new RefreshTokenGrant(parts, issue));
    }

    /** Which pages may call the token endpoint. */
    public CrossOrigins crossOrigins() {
        return new SinglePageOrigins(parts);
    }

    /** The endpoints beside the token endpoint. */
    public List<Route> routes() {
        var routes = new ArrayList<Route>(new ClientEndpoints(parts, issue.scopes()).routes());
        routes.addAll(List.of(
                page(HandlerType.GET, Invitations.PATH + "{code}", invitations::show),
                page(HandlerType.POST, Invitations.PATH + "{code}", invitations::accept),
                page(HandlerType.GET, "/{tenant}/oauth2/authorize", http -> authorize.show(http, Endpoint.V1)),
                page(HandlerType.GET, "/{tenant}/oauth2/v2.0/authorize", http -> authorize.show(http, Endpoint.V2)),
                page(HandlerType.GET, "/{tenant}/oauth2/logout", logout::logout),
                page(HandlerType.GET, "/{tenant}/oauth2/v2.0/logout", logout::logout),
                page(HandlerType.POST, "/{tenant}/oauth2/devicecode", http -> devices.create(http, Endpoint.V1)),
                page(HandlerType.GET, "/{tenant}/oauth2/devicecode", http -> devices.create(http, Endpoint.V1)),
                page(HandlerType.POST, "/{tenant}/oauth2/v2.0/devicecode", http -> devices.create(http, Endpoint.V2)),
                page(HandlerType.GET, "/{tenant}/oauth2/v2.0/devicecode", http -> devices.create(http, Endpoint.V2)),
                page(HandlerType.GET, "/signin/console", new ConsoleApplication(parts)::show),
                page(HandlerType.GET, "/{tenant}/openid/userinfo", userInfo::show),
                page(HandlerType.POST, "/{tenant}/openid/userinfo", userInfo::show),
                page(HandlerType.GET, DeviceCodeEndpoint.PAGE, devicePages::show),
                page(HandlerType.POST, "/signin/device", devicePages::submit),
                page(HandlerType.POST, "/signin/password", forms::password),
                page(HandlerType.GET, "/signin/outside/{issuer}", outside::leave),
                page(HandlerType.GET, "/signin/outside/{issuer}/callback", outside::comeBack),
                page(HandlerType.GET, "/signin/outside/{issuer}/logout", outsideLogout::frame),
                page(HandlerType.POST, "/signin/outside/{issuer}/logout", outsideLogout::token),
                page(HandlerType.POST, "/signin/code", secondFactor::submit),
                page(HandlerType.POST, ExpiredPasswords.ACTION, expired::submit),
                page(HandlerType.POST, "/signin/consent", forms::consent),
                page(HandlerType.POST, PasskeyForms.OPTIONS, passkeys::options),
                page(HandlerType.POST, PasskeyForms.SIGN_IN, passkeys::signIn),
                page(HandlerType.POST, PasskeyForms.SECOND_FACTOR, passkeys::second),
                page(HandlerType.POST, PasskeyForms.ENROLLMENT, passkeys::enroll),
                page(HandlerType.GET, Pages.SCRIPT, Pages::script),
                page(HandlerType.GET, Pages.STYLE, Pages::style)));
        routes.addAll(account.routes());
        routes.addAll(federation.routes());
        routes.addAll(adminConsent.routes());
        return List.copyOf(routes);
    }

    static Route page(HandlerType method, String path, Route.Handler.Anonymous handler) {
        return Route.open(method, Route.Face.TOKEN_SERVICE, path, handler);
    }

    Parts parts() {
        return parts;
    }
}
