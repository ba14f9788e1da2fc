package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client credentials grant (RFC 6749, 4.4) as Entra speaks it. Checks tenant, client, resource. Thread-safe. */
final class ClientCredentialsGrant implements Grant {

    private static final Logger LOG = LoggerFactory.getLogger(ClientCredentialsGrant.class);

    private final Database database;
    private final Tenants tenants;
    private final ClientAuthentication authentication;
    private final RequestedResource requestedResource;
    private final Audiences audiences;
    private final AccessTokens accessTokens;

    ClientCredentialsGrant(
            Database database,
            Tenants tenants,
            ClientAuthentication authentication,
            Audiences audiences,
            AccessTokens accessTokens) {
        this.database = database;
        this.tenants = tenants;
        this.authentication = authentication;
        this.requestedResource = new RequestedResource(audiences);
        this.audiences = audiences;
        this.accessTokens = accessTokens;
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        var tenantName = request.tenantName();
        if (request.namesNoTenant()) {
            throw TokenRefusal.aliasNotAllowed(tenantName);
        }
        var credential = request.credential();
        var client = database.read(sql -> {
            var tenant = tenants.find(sql, tenantName).orElseThrow(() -> TokenRefusal.tenantNotFound(tenantName));
            return authentication.authenticate(sql, tenant, credential);
        });
        var resource = requestedResource.of(request.form(), request.endpoint());
        if (audiences.resource(resource) == Audiences.Resource.UNKNOWN) {
            throw TokenRefusal.resourceNotFound(resource, client.tenantId());
        }
        var token = accessTokens.issue(client, resource);
        LOG.atDebug()
                .addKeyValue("tenant", client.tenantId())
                .addKeyValue("application", client.id())
                .addKeyValue("audience", token.audience())
                .log("token.issued");
        return TokenAnswer.of(token);
    }
}
