package dev.cordon.server.signin;

import dev.cordon.server.federation.Federation;
import dev.cordon.server.federation.FederationException;
import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.users.Session;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions here when their sessions at an outside issuer have ended. The issuer says so in a hidden frame of the
 * person's browser (OpenID Connect Front-Channel Logout 1.0) or itself, by a signed token (OpenID Connect Back-Channel
 * Logout 1.0). In a frame of another site browsers show no cookies, so there, too, it is the issuer's name for its session
 * that counts. Thread-safe.
 */
final class OutsideLogout {

    private static final Logger LOG = LoggerFactory.getLogger(OutsideLogout.class);

    private final Federation federation;
    private final Browser browser;

    OutsideLogout(Federation federation, Browser browser) {
        this.federation = federation;
        this.browser = browser;
    }

    /**
     * {@code GET /signin/outside/{issuer}/logout?iss&sid}. The answer is the same whether there was such a session, so that
     * nobody learns it.
     */
    void frame(Context http) {
        var issuerId = http.pathParam("issuer");
        var named = Optional.ofNullable(http.queryParam("iss"));
        var sid = Optional.ofNullable(http.queryParam("sid"));
        if (named.isPresent() && sid.isPresent()) {
            end(issuerId, federation.sessions(issuerId, named.get(), sid.get()));
        }
        http.header("Cache-Control", "no-store")
                .header("Content-Security-Policy", "default-src 'none'")
                .contentType("text/html; charset=utf-8")
                .result("<!DOCTYPE html><title>Cordon</title>");
    }

    /** {@code POST /signin/outside/{issuer}/logout} with a {@code logout_token}. */
    void token(Context http) {
        http.header("Cache-Control", "no-store");
        var issuerId = http.pathParam("issuer");
        try {
            var token = TokenForm.read(http.method(), http.bodyAsBytes())
                    .optional("logout_token")
                    .orElse("");
            end(issuerId, federation.ended(issuerId, token));
        } catch (FederationException e) {
            refuse(http, issuerId, e.why());
        } catch (TokenRefusal e) {
            refuse(http, issuerId, "The form is malformed.");
        }
    }

    private static void refuse(Context http, String issuerId, String why) {
        LOG.atInfo().addKeyValue("issuer", issuerId).addKeyValue("why", why).log("outside.refused");
        http.status(400).json(Map.of("error", "invalid_request", "error_description", why));
    }

    private void end(String issuerId, List<Session> sessions) {
        sessions.forEach(browser::end);
        LOG.atInfo()
                .addKeyValue("issuer", issuerId)
                .addKeyValue("sessions", sessions.size())
                .log("outside.signedOut");
    }
}
