package dev.cordon.server.signin;

import dev.cordon.server.federation.Federation;
import dev.cordon.server.federation.SignInIssuer;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.store.Database;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** The outside issuers that a sign-in page offers: those of the tenant that the sign-in is for. Thread-safe. */
final class OutsideChoice {

    static final String PATH = "/signin/outside/";

    private final Database database;
    private final Tenants tenants;
    private final AuthorizeRequests requests;
    private final Federation federation;

    OutsideChoice(Database database, Tenants tenants, AuthorizeRequests requests, Federation federation) {
        this.database = database;
        this.tenants = tenants;
        this.requests = requests;
        this.federation = federation;
    }

    /** One link each. Not forms: the policy for forms would have to name where the issuer sends people on to. */
    Html links(Next next) {
        var links = Html.NOTHING;
        for (var issuer : offered(next)) {
            links = links.and(Html.of(
                    "<a class=\"button second\" rel=\"nofollow\" href=\"%s\">Continue with %s</a>\n",
                    PATH + issuer.id() + "?return=" + URLEncoder.encode(next.path(), StandardCharsets.UTF_8),
                    issuer.displayName()));
        }
        return links.equals(Html.NOTHING)
                ? links
                : Html.of("<nav class=\"ways\" aria-label=\"Other ways to sign in\">\n%s</nav>\n", links);
    }

    private List<SignInIssuer> offered(Next next) {
        try {
            return tenantId(ReturnPath.parse(next.path()))
                    .map(federation::offered)
                    .orElse(List.of());
        } catch (TokenRefusal e) {
            return List.of();
        }
    }

    /**
     * The tenant that a sign-in is for. One that is for none in particular is for the only one there is; where there are
     * several, nobody is shown whose issuers they have.
     *
     * @throws TokenRefusal if there is no such tenant or application
     */
    Optional<String> tenantId(ReturnPath back) {
        return database.read(sql -> tenantId(sql, back));
    }

    private Optional<String> tenantId(DSLContext sql, ReturnPath back) {
        if (back.isAuthorize() || back.isAdminConsent()) {
            var name = back.isAuthorize() ? back.tenantName() : back.adminTenantName();
            var clientId = Parameters.parse(back.query()).required("client_id");
            return Optional.of(requests.owned(sql, name, clientId).tenant().id());
        }
        var all = tenants.all(sql);
        return all.size() == 1 ? Optional.of(all.getFirst().id()) : Optional.empty();
    }
}
