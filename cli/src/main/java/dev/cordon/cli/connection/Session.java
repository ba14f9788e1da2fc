package dev.cordon.cli.connection;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Calls the server as one profile, with a token that is kept between commands and renewed before it ends. A kept token
 * that is refused is renewed once: permissions may have been granted since. Safe for use by several threads.
 */
public final class Session {

    private static final Duration MARGIN = Duration.ofSeconds(90);
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Connection connection;
    private final Profile profile;
    private final Tokens tokens;
    private final InstantSource time;
    private @Nullable String token;
    private boolean fresh;

    public Session(Connection connection, Profile profile, Tokens tokens, InstantSource time) {
        this.connection = connection;
        this.profile = profile;
        this.tokens = tokens;
        this.time = time;
    }

    public Profile profile() {
        return profile;
    }

    /** Sends a request with a bearer token and, where there is a body, as JSON. */
    public Answer send(String method, String path, String json, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        if (!json.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        String used = token();
        headers.put("Authorization", "Bearer " + used);
        Answer answer = connection.send(method, path, json, headers);
        if (answer.status() != 401 && answer.status() != 403) {
            return answer;
        }
        Optional<String> other = otherThan(used);
        if (other.isEmpty()) {
            return answer;
        }
        headers.put("Authorization", "Bearer " + other.get());
        return connection.send(method, path, json, headers);
    }

    /**
     * Opens an answer that is read while it comes.
     *
     * @param silence how long nothing may come
     * @throws RefusedException if the answer is not 200
     */
    public Connection.Stream stream(String path, Map<String, String> more, Duration silence) {
        String used = token();
        try {
            return stream(path, more, silence, used);
        } catch (RefusedException e) {
            Optional<String> other = e.status() == 401 || e.status() == 403 ? otherThan(used) : Optional.empty();
            return stream(path, more, silence, other.orElseThrow(() -> e));
        }
    }

    private Connection.Stream stream(String path, Map<String, String> more, Duration silence, String bearer) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Authorization", "Bearer " + bearer);
        return connection.stream(URI.create(connection.base() + path), headers, silence);
    }

    /** Opens a link of the server, or of the store that the server keeps objects in. */
    public Download download(URI link) {
        if (sameServer(link)) {
            return connection.download(link);
        }
        try (Connection elsewhere = Connection.to(link, Optional.empty(), Optional.empty())) {
            return elsewhere.download(link);
        }
    }

    private boolean sameServer(URI link) {
        return connection.base().getAuthority().equalsIgnoreCase(link.getAuthority());
    }

    /** The path and query of a link that the server gave to its own next page. */
    public String own(URI link) {
        if (!sameServer(link)) {
            throw new IllegalStateException("the server's list goes on at another server: " + link.getHost());
        }
        return link.getRawPath() + (link.getRawQuery() == null ? "" : "?" + link.getRawQuery());
    }

    private synchronized String token() {
        String current = token;
        if (current == null) {
            Optional<Tokens.Kept> kept = tokens.read();
            current = kept.filter(one -> !one.access().isEmpty()
                            && time.instant().isBefore(one.expires().minus(MARGIN)))
                    .map(Tokens.Kept::access)
                    .orElse(null);
            if (current == null) {
                current = renew(kept.flatMap(Tokens.Kept::refresh));
            }
            token = current;
        }
        return current;
    }

    /** Asks for a token now, which tells whether the profile's secret is good. */
    public synchronized void renewNow() {
        renew(Optional.empty());
    }

    /** Another token, if the refused one was not made just now. */
    private synchronized Optional<String> otherThan(String refused) {
        String current = token;
        if (fresh) {
            return current == null || current.equals(refused) ? Optional.empty() : Optional.of(current);
        }
        token = renew(tokens.read().flatMap(Tokens.Kept::refresh));
        return Optional.of(token);
    }

    private String renew(Optional<String> refresh) {
        Map<String, String> form;
        if (profile.clientSecret().isPresent()) {
            form = Map.of(
                    "grant_type",
                    "client_credentials",
                    "client_id",
                    profile.clientId(),
                    "client_secret",
                    profile.clientSecret().get(),
                    "scope",
                    Profile.RESOURCE + "/.default");
        } else {
            form = Map.of(
                    "grant_type",
                    "refresh_token",
                    "client_id",
                    profile.clientId(),
                    "refresh_token",
                    refresh.orElseThrow(SignInAgainException::new),
                    "scope",
                    Profile.RESOURCE + "/.default offline_access");
        }
        Answer answer = form("token", form);
        if (profile.clientSecret().isEmpty()
                && answer.json().path("error").asString("").equals("invalid_grant")) {
            throw new SignInAgainException();
        }
        return adopt(answer);
    }

    /** Asks the tenant's token service; forms only. */
    public Answer form(String endpoint, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return connection.send("POST", profile.endpoint(endpoint), body, Map.of("Content-Type", FORM));
    }

    /** Takes over and keeps what the token service answered. */
    public synchronized String adopt(Answer answer) {
        JsonNode json = answer.orThrow().json();
        String access = json.path("access_token").asString("");
        if (access.isEmpty()) {
            throw new IllegalStateException("the token service's answer holds no access_token");
        }
        String refresh = json.path("refresh_token").asString("");
        tokens.keep(new Tokens.Kept(
                access,
                time.instant().plusSeconds(json.path("expires_in").asLong(3600)),
                refresh.isEmpty() ? Optional.empty() : Optional.of(refresh)));
        fresh = true;
        token = access;
        return access;
    }
}
