package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Applications;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.identity.TokenRefusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** Reads authorization requests as far as it must be known to whom an answer may go. Thread-safe. */
final class AuthorizeRequests {

    private static final Set<String> ALIASES = Set.of("common", "organizations");

    private final Tenants tenants;
    private final Applications applications;
    private final Clients clients;

    AuthorizeRequests(Tenants tenants, Applications applications, Clients clients) {
        this.tenants = tenants;
        this.applications = applications;
        this.clients = clients;
    }

    /**
     * @param base of this server, as the browser reached it
     * @throws TokenRefusal for what must be shown to the user, because there is no client to be trusted with it
     */
    AuthorizeRequest read(DSLContext sql, Endpoint endpoint, String tenantName, Parameters parameters, String base) {
        var clientId = parameters.required("client_id");
        var owned = owned(sql, tenantName, clientId);
        var application = owned.application();
        if (!application.enabled()) {
            throw TokenRefusal.applicationDisabled(application.id());
        }
        var client = ConsoleApplication.at(base, application, clients.find(sql, application));
        var responseWords = words(parameters.optional("response_type").orElse(""));
        if (endpoint == Endpoint.V2) {
            parameters.required("redirect_uri");
        }
        var redirectUri = redirectUri(application, client, parameters.optional("redirect_uri"));
        return new AuthorizeRequest(
                endpoint,
                owned.tenant(),
                application,
                client,
                redirectUri,
                responseWords,
                responseMode(parameters, ResponseType.defaultMode(responseWords)),
                parameters.optional("state"),
                parameters,
                words(parameters.optional("prompt").orElse("")));
    }

    static boolean isAlias(String tenantName) {
        return ALIASES.contains(tenantName.toLowerCase(Locale.ROOT));
    }

    /** An application and its tenant. */
    record Owned(Tenant tenant, Application application) {}

    /** Under an alias the application leads to its tenant. */
    Owned owned(DSLContext sql, String tenantName, String clientId) {
        if (!isAlias(tenantName)) {
            var tenant = tenants.find(sql, tenantName).orElseThrow(() -> TokenRefusal.tenantNotFound(tenantName));
            return new Owned(
                    tenant,
                    applications
                            .find(sql, tenant.id(), clientId)
                            .orElseThrow(() -> TokenRefusal.applicationNotFound(clientId, tenant.displayName())));
        }
        for (var tenant : tenants.all(sql)) {
            var found = applications.find(sql, tenant.id(), clientId);
            if (found.isPresent()) {
                if (found.get().ownTenantOnly()) {
                    throw TokenRefusal.ownTenantOnly(found.get());
                }
                return new Owned(tenant, found.get());
            }
        }
        throw TokenRefusal.applicationNotFound(clientId, tenantName);
    }

    /** If there is no choice, it need not be said. */
    static String redirectUri(Application application, Client client, Optional<String> asked) {
        if (asked.isEmpty()) {
            if (client.allRedirectUris().size() != 1) {
                throw TokenRefusal.missingParameter("redirect_uri");
            }
            return client.allRedirectUris().getFirst();
        }
        if (!client.mayRedirectTo(asked.get())) {
            throw TokenRefusal.of(
                    50011,
                    "invalid_request",
                    400,
                    "The redirect URI '" + Excerpt.of(asked.get())
                            + "' specified in the request does not match the redirect URIs configured for the application '"
                            + application.id() + "'.");
        }
        return asked.get();
    }

    private static AuthorizeRequest.ResponseMode responseMode(
            Parameters parameters, AuthorizeRequest.ResponseMode usual) {
        return switch (parameters.optional("response_mode").orElse("").toLowerCase(Locale.ROOT)) {
            case "fragment" -> AuthorizeRequest.ResponseMode.FRAGMENT;
            case "form_post" -> AuthorizeRequest.ResponseMode.FORM_POST;
            default -> usual;
        };
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }
}
