package dev.cordon.server.identity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client credentials grant (RFC 6749, 4.4) as Entra speaks it. Checks tenant, client, resource. Thread-safe. */
final class ClientCredentialsGrant implements Grant {

    private static final Logger LOG = LoggerFactory.getLogger(ClientCredentialsGrant.class);

    private final ClientAuthentication authentication;
    private final RequestedResource requestedResource;
    private final Audiences audiences;
    private final AccessTokens accessTokens;

    ClientCredentialsGrant(ClientAuthentication authentication, Audiences audiences, AccessTokens accessTokens) {
        this.authentication = authentication;
        this.requestedResource = new RequestedResource(audiences);
        this.audiences = audiences;
        this.accessTokens = accessTokens;
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        if (request.namesNoTenant()) {
            throw TokenRefusal.aliasNotAllowed(request.tenantName());
        }
        var client = authentication.authenticate(request);
        var resource = requestedResource.of(request.form(), request.endpoint());
        if (audiences.resource(resource) == Audiences.Resource.UNKNOWN) {
            throw TokenRefusal.resourceNotFound(resource, client.application().tenantId());
        }
        var token = accessTokens.issue(client, resource);
        LOG.atDebug()
                .addKeyValue("tenant", client.application().tenantId())
                .addKeyValue("application", client.application().id())
                .addKeyValue("proof", client.proof())
                .addKeyValue("audience", token.audience())
                .log("token.issued");
        return TokenAnswer.of(token);
    }
}
