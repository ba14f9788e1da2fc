package dev.cordon.fleet.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the API as one application, with a token that is renewed before it ends. Safe for use by several threads. */
public final class Session {

    private static final Duration MARGIN = Duration.ofMinutes(2);

    private final ApiClient client;
    private final ClientCredentials credentials;
    private final InstantSource time;
    private @Nullable String token;
    private Instant expires = Instant.MIN;

    public Session(ApiClient client, ClientCredentials credentials, InstantSource time) {
        this.client = client;
        this.credentials = credentials;
        this.time = time;
    }

    public Exchange get(String path) {
        return send("GET", path, "");
    }

    public Exchange post(String path, String json) {
        return send("POST", path, json);
    }

    public Exchange send(String method, String path, String json) {
        return send(method, path, json, Map.of());
    }

    /** Sends a request with a bearer token and, where there is a body, as JSON. */
    public Exchange send(String method, String path, String json, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Authorization", "Bearer " + token());
        if (!json.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        return client.send(method, path, json, headers);
    }

    /**
     * A token that is still good for a while.
     *
     * @throws RequestFailedException if the token service refuses
     */
    public synchronized String token() {
        String current = token;
        if (current == null || time.instant().isAfter(expires.minus(MARGIN))) {
            current = adopt(credentials.requestToken(client).orThrow());
        }
        return current;
    }

    /** Takes over a token answer that somebody else asked for. */
    public synchronized String adopt(Exchange answer) {
        String fresh = answer.json().path("access_token").asString("");
        if (fresh.isEmpty()) {
            throw new IllegalStateException("the token service's answer holds no access_token");
        }
        token = fresh;
        expires = time.instant().plusSeconds(answer.json().path("expires_in").asLong(3600));
        return fresh;
    }

    public ClientCredentials credentials() {
        return credentials;
    }
}
