package dev.cordon.server.signin;

import static dev.cordon.server.signin.UserSignIn.page;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.Session;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * {@code GET /{tenant}/adminconsent} and {@code /{tenant}/v2.0/adminconsent}: an application sends an administrator here to
 * have its permissions allowed for everybody. The answer goes to a registered redirect URI only. Thread-safe.
 */
final class AdminConsentPages {

    private static final String ACTION = "/signin/adminconsent";

    private final Parts parts;
    private final AuthorizeRequests requests;
    private final GrantedScopes scopes;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;
    private final SecondFactorPages secondFactor;
    private final ExpiredPasswords expired;

    AdminConsentPages(
            Parts parts,
            AuthorizeRequests requests,
            GrantedScopes scopes,
            Browser browser,
            SignInPages pages,
            SignInForms forms,
            SecondFactorPages secondFactor,
            ExpiredPasswords expired) {
        this.parts = parts;
        this.requests = requests;
        this.scopes = scopes;
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
        this.secondFactor = secondFactor;
        this.expired = expired;
    }

    private record Asked(
            Tenant tenant,
            Application application,
            String redirectUri,
            Optional<String> state,
            Optional<String> scope,
            SortedSet<String> permissions) {}

    List<Route> routes() {
        return List.of(
                page(HandlerType.GET, "/{tenant}/adminconsent", this::show),
                page(HandlerType.GET, "/{tenant}/v2.0/adminconsent", this::show),
                page(HandlerType.POST, ACTION, this::submit));
    }

    private void show(Context http) {
        try {
            var query = http.queryString();
            var here = ReturnPath.parse(http.path() + (query == null ? "" : "?" + query));
            var asked = asked(here);
            var next = new Next(here.text(), List.of(RedirectUri.policySource(asked.redirectUri())));
            var session = session(http, asked);
            if (session.isEmpty()) {
                pages.password(http, 200, next, asked.application().displayName(), "", Optional.empty());
            } else if (!session.get().complete()) {
                secondFactor.show(http, next, session.get());
            } else if (expired.stops(session.get())) {
                expired.show(http, next, session.get());
            } else if (!isAdministrator(session.get())) {
                answer(http, asked, denied("The user is no administrator of the organization."));
            } else {
                ask(http, next, asked, session.get());
            }
        } catch (TokenRefusal refusal) {
            pages.refusal(http, refusal);
        }
    }

    private void submit(Context http) {
        forms.handle(http, (form, back) -> {
            var asked = asked(back);
            var session = session(http, asked)
                    .filter(Session::complete)
                    .filter(known -> !expired.stops(known))
                    .filter(this::isAdministrator);
            if (session.isEmpty()) {
                AuthorizeAnswers.redirect(http, back.text());
                return;
            }
            if (!form.optional("answer").equals(Optional.of("accept"))) {
                answer(http, asked, denied("The admin canceled the request."));
                return;
            }
            var user = session.get().user();
            parts.conditions().requireNetwork(user.tenantId(), http.ip(), back.endpoint());
            parts.database().write(sql -> {
                parts.clients().consent(sql, asked.application(), Clients.EVERYBODY, asked.permissions());
                parts.audit()
                        .append(
                                sql,
                                user.tenantId(),
                                user.actor(),
                                "consent.granted",
                                "application:" + asked.application().id(),
                                Map.of("scopes", List.copyOf(asked.permissions()), "for", "everybody"));
                return user;
            });
            var granted = new LinkedHashMap<String, String>();
            granted.put("admin_consent", "True");
            granted.put("tenant", asked.tenant().id());
            asked.scope().ifPresent(scope -> granted.put("scope", scope));
            answer(http, asked, granted);
        });
    }

    private Asked asked(ReturnPath here) {
        var parameters = Parameters.parse(here.query());
        var scope = parameters.optional("scope");
        return parts.database().read(sql -> {
            var owned = requests.owned(sql, here.adminTenantName(), parameters.required("client_id"));
            var application = owned.application();
            if (!application.enabled()) {
                throw TokenRefusal.applicationDisabled(application.id());
            }
            var client = parts.clients().find(sql, application);
            var redirectUri = AuthorizeRequests.redirectUri(application, client, parameters.optional("redirect_uri"));
            var permissions = scope.isEmpty()
                    ? client.scopes()
                    : scopes.wanted(sql, application, ScopeRequest.of(Endpoint.V2, Optional.empty(), scope));
            return new Asked(
                    owned.tenant(), application, redirectUri, parameters.optional("state"), scope, permissions);
        });
    }

    private Optional<Session> session(Context http, Asked asked) {
        return browser.session(http)
                .filter(known -> known.user().tenantId().equals(asked.tenant().id()));
    }

    private boolean isAdministrator(Session session) {
        return parts.database().read(sql -> parts.accounts().portalRoles().administers(sql, session.user()));
    }

    private void ask(Context http, Next next, Asked asked, Session session) {
        var body = Html.of(
                """
                <h1>Allow %s for everybody?</h1>
                <p class="quiet">Signed in as %s</p>
                <p>It wants to do this in the name of everybody in %s who signs in to it, as far as their roles allow:</p>
                <ul>%s</ul>
                <p class="quiet">Its answer goes to <code>%s</code>.</p>
                <form method="post" action="%s">
                %s
                <button name="answer" value="accept">Allow for everybody</button>
                <button class="second" name="answer" value="cancel">Cancel</button>
                </form>
                """,
                asked.application().displayName(),
                session.user().userPrincipalName(),
                asked.tenant().displayName(),
                SignInPages.list(parts.database()
                        .read(sql -> scopes.texts(sql, asked.tenant().id(), asked.permissions()))),
                asked.redirectUri(),
                ACTION,
                pages.hidden(http, next, asked.application().displayName()));
        Pages.write(http, 200, "Permissions for everybody", body, next.targets());
    }

    private static Map<String, String> denied(String why) {
        var answer = new LinkedHashMap<String, String>();
        answer.put("error", "permission_denied");
        answer.put("error_description", why);
        return answer;
    }

    private static void answer(Context http, Asked asked, Map<String, String> parameters) {
        var all = new LinkedHashMap<>(parameters);
        asked.state().ifPresent(state -> all.put("state", state));
        var uri = asked.redirectUri();
        AuthorizeAnswers.redirect(http, uri + (uri.contains("?") ? "&" : "?") + AuthorizeAnswers.encode(all));
    }
}
