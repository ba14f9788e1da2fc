package dev.cordon.server.identity;

import static dev.cordon.server.web.Route.open;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.issuers.IssuerKeys;
import dev.cordon.server.issuers.OutsideSignature;
import dev.cordon.server.issuers.Providers;
import dev.cordon.server.keys.ServerKeys;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.Route.Face;
import dev.cordon.server.web.TokenVerifier;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The parts of identity, wired: tenants, applications, the token service and the check of its tokens. Thread-safe. */
public final class Identity implements AutoCloseable {

    private final Tenants tenants;
    private final Applications applications;
    private final ApplicationSecrets secrets;
    private final TenantProvisioning provisioning;
    private final TokenSigner signer;
    private final IssuerKeys issuerKeys;
    private final OutsideSignature outside;
    private final Providers providers;
    private final JwtTokenVerifier ownTokens;
    private final TokenVerifier verifier;
    private final Audiences audiences;
    private final UserClients userClients;
    private final TokenAnswers answers;
    private final ClientAuthentication authentication;
    private final Grant clientCredentials;
    private final DiscoveryEndpoints discovery;
    private final List<Route> administration;

    /** Without users. */
    public Identity(
            Database database,
            AuditLog audit,
            ServerKeys serverKeys,
            TenantKeys tenantKeys,
            InstantSource time,
            boolean acceptThreatProtection) {
        this(database, audit, serverKeys, tenantKeys, time, acceptThreatProtection, UserDirectory.EMPTY);
    }

    /** @param acceptThreatProtection whether tokens for {@code https://api.security.microsoft.com} open the API */
    public Identity(
            Database database,
            AuditLog audit,
            ServerKeys serverKeys,
            TenantKeys tenantKeys,
            InstantSource time,
            boolean acceptThreatProtection,
            UserDirectory users) {
        tenants = new Tenants(time);
        applications = new Applications(time);
        secrets = new ApplicationSecrets(time);
        provisioning = new TenantProvisioning(tenants, applications, secrets, tenantKeys);
        signer = new TokenSigner(serverKeys::tokenSigningKey);
        audiences = new Audiences(acceptThreatProtection);
        answers = new TokenAnswers(time);
        var certificates = new ApplicationCertificates(time);
        var federated = new FederatedCredentials(time);
        issuerKeys = new IssuerKeys(time);
        outside = new OutsideSignature(issuerKeys);
        providers = new Providers(time);
        var outsideIssuers = new OutsideIssuers(tenants, time);
        ownTokens = new JwtTokenVerifier(serverKeys::publishedKeys, audiences, database, applications, users, time);
        verifier = new OutsideTokenVerifier(
                ownTokens,
                keyId -> serverKeys.publishedKeys().stream()
                        .anyMatch(key -> key.getKeyID().equals(keyId)),
                database,
                outsideIssuers,
                outside,
                time);
        authentication = new ClientAuthentication(
                database,
                tenants,
                applications,
                secrets,
                certificates,
                federated,
                new CertificateAssertions(new UsedAssertions(database, time), time),
                new FederatedAssertions(outside, time),
                time);
        userClients = new UserClients(database, applications, authentication);
        clientCredentials =
                new ClientCredentialsGrant(authentication, audiences, new AccessTokens(signer, audiences, time));
        discovery = new DiscoveryEndpoints(new TenantPath(database, tenants), serverKeys::publishedKeys, answers);
        var credentials = new CredentialAccess(database, applications, audit);
        administration = Stream.of(
                        new TenantEndpoints(database, tenants, provisioning, audit).routes(),
                        new ApplicationEndpoints(database, applications, audit).routes(),
                        new SecretEndpoints(credentials, secrets).routes(),
                        new CertificateEndpoints(credentials, certificates).routes(),
                        new FederatedCredentialEndpoints(credentials, federated).routes(),
                        new OutsideIssuerEndpoints(database, outsideIssuers, audit).routes(),
                        new SigningKeyEndpoints(database, serverKeys, time, audit).routes(),
                        new SettingsEndpoints(database, tenants, audit).routes())
                .flatMap(List::stream)
                .toList();
    }

    public Tenants tenants() {
        return tenants;
    }

    public Applications applications() {
        return applications;
    }

    public ApplicationSecrets secrets() {
        return secrets;
    }

    public TenantProvisioning provisioning() {
        return provisioning;
    }

    /** For grants that ask more of a client than client credentials do. */
    public ClientAuthentication clientAuthentication() {
        return authentication;
    }

    public TokenVerifier tokenVerifier() {
        return verifier;
    }

    /** Checks this server's tokens where they are not for the API: at userinfo, and as assertions. */
    public JwtTokenVerifier ownTokens() {
        return ownTokens;
    }

    /** The resources that tokens are issued for. */
    public Audiences audiences() {
        return audiences;
    }

    /** Signs the tokens of every grant. */
    public TokenSigner signer() {
        return signer;
    }

    /** The clients of grants with a user. */
    public UserClients userClients() {
        return userClients;
    }

    /** Checks what outside issuers signed. */
    public OutsideSignature outsideSignature() {
        return outside;
    }

    /** Speaks with outside issuers at which people sign in. */
    public Providers providers() {
        return providers;
    }

    /** Writes what the token service answers. */
    public TokenAnswers answers() {
        return answers;
    }

    /** The routes of the token service and of administration. */
    public List<Route> routes() {
        return routes(Map.of(), CrossOrigins.NONE);
    }

    /**
     * @param more grants beside client credentials, by {@code grant_type} in lower case; who brings the device code grant
     *     brings its first endpoint too
     * @param origins which pages may call the token endpoint
     */
    public List<Route> routes(Map<String, Grant> more, CrossOrigins origins) {
        var grants = new HashMap<>(more);
        grants.put("client_credentials", clientCredentials);
        var tokens = new TokenEndpoint(grants, answers, origins);
        var routes = new ArrayList<Route>();
        tokenRoutes(routes, tokens, "/{tenant}/oauth2/token", Endpoint.V1);
        tokenRoutes(routes, tokens, "/{tenant}/oauth2/v2.0/token", Endpoint.V2);
        if (!more.containsKey("device_code")) {
            deviceCodeRoute(routes, tokens, "/{tenant}/oauth2/devicecode", Endpoint.V1);
            deviceCodeRoute(routes, tokens, "/{tenant}/oauth2/v2.0/devicecode", Endpoint.V2);
        }
        get(routes, "/common/discovery/instance", discovery::instance);
        get(routes, "/common/userrealm/{username}", discovery::userRealm);
        get(
                routes,
                "/{tenant}/.well-known/openid-configuration",
                http -> discovery.openIdConfiguration(http, Endpoint.V1));
        get(
                routes,
                "/{tenant}/v2.0/.well-known/openid-configuration",
                http -> discovery.openIdConfiguration(http, Endpoint.V2));
        get(routes, "/{tenant}/discovery/keys", http -> discovery.signingKeys(http, Endpoint.V1));
        get(routes, "/{tenant}/discovery/v2.0/keys", http -> discovery.signingKeys(http, Endpoint.V2));
        routes.addAll(administration);
        return List.copyOf(routes);
    }

    @Override
    public void close() {
        issuerKeys.close();
        providers.close();
        signer.close();
    }

    private static void tokenRoutes(List<Route> routes, TokenEndpoint tokens, String path, Endpoint endpoint) {
        for (var method : List.of(HandlerType.POST, HandlerType.GET)) {
            routes.add(open(method, Face.TOKEN_SERVICE, path, http -> tokens.handle(http, endpoint)));
        }
        routes.add(open(HandlerType.OPTIONS, Face.TOKEN_SERVICE, path, tokens::preflight));
        for (var method : List.of(HandlerType.PUT, HandlerType.PATCH, HandlerType.DELETE)) {
            routes.add(open(method, Face.TOKEN_SERVICE, path, http -> tokens.refuseMethod(http, endpoint)));
        }
    }

    private static void deviceCodeRoute(List<Route> routes, TokenEndpoint tokens, String path, Endpoint endpoint) {
        routes.add(open(HandlerType.POST, Face.TOKEN_SERVICE, path, http -> tokens.refuseDeviceCode(http, endpoint)));
    }

    private static void get(List<Route> routes, String path, Route.Handler.Anonymous handler) {
        routes.add(open(HandlerType.GET, Face.TOKEN_SERVICE, path, handler));
    }
}
