package dev.cordon.server.identity;

import dev.cordon.server.web.Json;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * Issues access tokens: which claims they hold, in which order, and how long they hold. Both token endpoints issue tokens
 * of version 1.0, as the API's registration asks for. Thread-safe.
 */
public final class AccessTokens {

    /** From now to the end. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    /** Clocks differ: a token holds from a little before it was issued. */
    public static final Duration BACK_DATED = Duration.ofMinutes(5);

    public static final String REGION = "EU";

    private final SecureRandom random = new SecureRandom();
    private final TokenSigner signer;
    private final Audiences audiences;
    private final InstantSource time;

    AccessTokens(TokenSigner signer, Audiences audiences, InstantSource time) {
        this.signer = signer;
        this.audiences = audiences;
        this.time = time;
    }

    /** The issuer of a tenant's tokens. */
    public static String issuer(String tenantId) {
        return "https://sts.windows.net/" + tenantId + "/";
    }

    /** A token in application context for an audience that exists. */
    AccessToken issue(AuthenticatedClient client, String audience) {
        var application = client.application();
        var now = time.instant().truncatedTo(ChronoUnit.SECONDS);
        var notBefore = now.minus(BACK_DATED);
        var expiresAt = now.plus(LIFETIME);
        var issuer = issuer(application.tenantId());
        var claims = Json.MAPPER
                .createObjectNode()
                .put("aud", audience)
                .put("iss", issuer)
                .put("iat", notBefore.getEpochSecond())
                .put("nbf", notBefore.getEpochSecond())
                .put("exp", expiresAt.getEpochSecond())
                .put("aio", Base64.getEncoder().encodeToString(random(30)))
                .put("app_displayname", application.displayName())
                .put("appid", application.id())
                .put("appidacr", client.proof().acr())
                .put("idp", issuer)
                .put("oid", application.objectId())
                .put("rh", "1." + opaque(36) + ".");
        if (audiences.resource(audience) == Audiences.Resource.API
                && !application.permissions().isEmpty()) {
            application.permissions().forEach(claims.putArray("roles")::add);
        }
        claims.put("sub", application.objectId())
                .put("tenant_region_scope", REGION)
                .put("tid", application.tenantId())
                .put("uti", opaque(16))
                .put("ver", "1.0");
        return new AccessToken(signer.sign(claims), audience, notBefore, expiresAt);
    }

    private String opaque(int bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random(bytes));
    }

    private byte[] random(int bytes) {
        var value = new byte[bytes];
        random.nextBytes(value);
        return value;
    }
}
