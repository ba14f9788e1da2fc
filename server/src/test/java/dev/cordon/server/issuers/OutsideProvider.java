package dev.cordon.server.issuers;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.sun.net.httpserver.HttpExchange;
import dev.cordon.server.web.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * An outside issuer at which people sign in: redeems codes as strictly as a good one does, unless a test has it misbehave.
 */
public final class OutsideProvider implements AutoCloseable {

    public static final String CLIENT = "cordon";
    public static final String SECRET = "s3cret +&%";

    private final OutsideIssuer issuer = new OutsideIssuer();
    private final InstantSource time;
    private final Map<String, Asked> codes = new ConcurrentHashMap<>();
    private volatile UnaryOperator<JWTClaimsSet.Builder> person = claims -> claims;
    private volatile Function<JWTClaimsSet, String> signer = issuer::sign;

    private record Asked(Map<String, String> request) {
        boolean is(String name, String value) {
            return value.equals(request.get(name));
        }
    }

    public OutsideProvider(InstantSource time) {
        this.time = time;
        issuer.tokens(this::token);
    }

    public OutsideIssuer issuer() {
        return issuer;
    }

    /** As which a server is told of it. */
    public ObjectNode settings() {
        return Json.MAPPER
                .createObjectNode()
                .put("displayName", "Example")
                .put("issuer", issuer.url())
                .put("authority", issuer.caPem())
                .put("clientId", CLIENT)
                .put("clientSecret", SECRET);
    }

    /** What the id tokens tell from now on. */
    public void knows(UnaryOperator<JWTClaimsSet.Builder> claims) {
        person = claims;
    }

    /** Ends all misbehaviour. */
    public void behave() {
        person = claims -> claims;
        signer = issuer::sign;
        issuer.recover();
    }

    public void signWith(Function<JWTClaimsSet, String> other) {
        signer = other;
    }

    /** Somebody signs in: from the URL that the browser was sent to, to the one that it is sent back to. */
    public String signIn(String url) {
        var asked = parameters(URI.create(url).getRawQuery());
        var code = UUID.randomUUID().toString();
        codes.put(code, new Asked(asked));
        return asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state");
    }

    public static Map<String, String> parameters(String query) {
        var all = new ConcurrentHashMap<String, String>();
        URLUtils.parseParameters(query).forEach((name, values) -> all.put(name, values.getFirst()));
        return all;
    }

    private static String challenge(String verifier) {
        return CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier))
                .getValue();
    }

    private void token(HttpExchange http) throws IOException {
        var form = parameters(new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var asked = codes.remove(form.getOrDefault("code", ""));
        var expected = "Basic "
                + Base64.getEncoder().encodeToString((CLIENT + ":s3cret+%2B%26%25").getBytes(StandardCharsets.UTF_8));
        boolean good = asked != null
                && expected.equals(http.getRequestHeaders().getFirst("Authorization"))
                && asked.is("redirect_uri", form.getOrDefault("redirect_uri", ""))
                && asked.is("code_challenge", challenge(form.getOrDefault("code_verifier", "")));
        if (asked == null || !good) {
            OutsideIssuer.write(http, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        var now = time.instant();
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer.url())
                .audience(List.of(CLIENT))
                .subject("sub-1")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", asked.request().get("nonce"));
        var answer = Json.MAPPER
                .createObjectNode()
                .put("access_token", "opaque")
                .put("token_type", "Bearer")
                .put("id_token", signer.apply(person.apply(claims).build()));
        OutsideIssuer.write(http, 200, answer.toString());
    }

    @Override
    public void close() {
        issuer.close();
    }
}
