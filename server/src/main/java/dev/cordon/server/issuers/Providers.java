package dev.cordon.server.issuers;

import dev.cordon.server.web.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Speaks with issuers at which people sign in: reads where their endpoints are, and redeems codes (OpenID Connect Core 1.0,
 * 3.1.3). What an issuer says of itself is kept for an hour. Thread-safe.
 */
public final class Providers implements AutoCloseable {

    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MOST = 1_000;

    private final InstantSource time;
    private final Fetch fetch = new Fetch(LIMIT);
    private final ConcurrentHashMap<At, Known> known = new ConcurrentHashMap<>();

    public Providers(InstantSource time) {
        this.time = time;
    }

    private record At(TrustedIssuer issuer, Optional<String> tokenEndpoint) {}

    private record Known(ProviderMetadata metadata, Instant at) {}

    /**
     * Who this server is at an issuer.
     *
     * @param secret absent for a public client
     */
    public record ClientAt(String id, Optional<String> secret) {
        @Override
        public String toString() {
            return "ClientAt[" + id + "]";
        }
    }

    /**
     * An answer of the browser to be redeemed.
     *
     * @param verifier of the proof key (RFC 7636)
     */
    public record CodeAnswer(String code, String redirectUri, String verifier) {
        @Override
        public String toString() {
            return "CodeAnswer[" + redirectUri + "]";
        }
    }

    /**
     * The endpoints of an issuer.
     *
     * @param tokenEndpoint where codes are redeemed, if that is on another server than the issuer
     * @throws IssuerException if the issuer does not say, or sends the secret elsewhere
     */
    public ProviderMetadata metadata(TrustedIssuer issuer, Optional<String> tokenEndpoint) {
        var at = new At(issuer, tokenEndpoint);
        var found = known.get(at);
        var now = time.instant();
        if (found != null && Duration.between(found.at(), now).abs().compareTo(FRESH) < 0) {
            return found.metadata();
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        var read = read(issuer, tokenEndpoint);
        known.put(at, new Known(read, now));
        return read;
    }

    private ProviderMetadata read(TrustedIssuer issuer, Optional<String> tokenEndpoint) {
        var document = DiscoveryDocument.fetch(fetch, issuer);
        var token = tokenEndpoint
                .map(URI::create)
                .or(() -> https(document, "token_endpoint"))
                .orElseThrow(() -> new IssuerException(issuer.discovery() + " names no https token_endpoint."));
        if (tokenEndpoint.isEmpty() && !issuer.sharesOrigin(token)) {
            throw new IssuerException(issuer.discovery() + " sends to another server, " + token.getHost()
                    + ", to redeem codes; if that is right, set tokenEndpoint to where that is.");
        }
        return new ProviderMetadata(
                https(document, "authorization_endpoint")
                        .orElseThrow(() ->
                                new IssuerException(issuer.discovery() + " names no https authorization_endpoint.")),
                token,
                https(document, "end_session_endpoint"),
                onlyInForm(document),
                document.path("authorization_response_iss_parameter_supported").asBoolean(false));
    }

    /**
     * Redeems a code.
     *
     * @return the id token
     * @throws IssuerException if the issuer refuses, or gives none
     */
    public String redeem(ProviderMetadata metadata, TrustedIssuer issuer, ClientAt client, CodeAnswer answer) {
        var form = new LinkedHashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                answer.code(),
                "redirect_uri",
                answer.redirectUri(),
                "code_verifier",
                answer.verifier()));
        Optional<String> authorization = Optional.empty();
        if (client.secret().isPresent() && !metadata.secretInForm()) {
            authorization = client.secret().map(secret -> basic(client.id(), secret));
        } else {
            form.put("client_id", client.id());
            client.secret().ifPresent(secret -> form.put("client_secret", secret));
        }
        var response = fetch.post(metadata.token(), issuer.authorityPem(), encode(form), authorization);
        try {
            var body = Json.MAPPER.readTree(response.body());
            var idToken = body.path("id_token").asString("");
            if (response.statusCode() != 200 || idToken.isEmpty()) {
                throw new IssuerException("The issuer gave no id token: status " + response.statusCode() + ", error '"
                        + word(body.path("error").asString("none")) + "'.");
            }
            return idToken;
        } catch (JacksonException e) {
            throw new IssuerException(
                    "The issuer's answer to the code is no JSON: status " + response.statusCode() + ".");
        }
    }

    /** Whether the secret may only stand in the form; Basic is what counts where nothing is said. */
    private static boolean onlyInForm(JsonNode document) {
        var methods = document.path("token_endpoint_auth_methods_supported")
                .valueStream()
                .map(method -> method.asString(""))
                .toList();
        return !methods.isEmpty()
                && !methods.contains("client_secret_basic")
                && methods.containsAll(List.of("client_secret_post"));
    }

    private static Optional<URI> https(JsonNode document, String name) {
        try {
            return Optional.of(URI.create(document.path(name).asString("")))
                    .filter(uri -> "https".equalsIgnoreCase(uri.getScheme())
                            && uri.getHost() != null
                            && uri.getRawUserInfo() == null
                            && uri.getRawFragment() == null);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** RFC 6749, 2.3.1: both halves are form-encoded first. */
    private static String basic(String id, String secret) {
        var pair = encode(id) + ":" + encode(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String word(String text) {
        return text.matches("[A-Za-z0-9_.-]{1,100}") ? text : "?";
    }

    @Override
    public void close() {
        fetch.close();
    }
}
