package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens of one profile, kept between commands in a file that only its owner may read. A file that is damaged counts
 * as not there. Without a home, nothing is kept.
 */
public final class Tokens {

    private final Optional<Path> file;

    /** What is kept. */
    public record Kept(String access, Instant expires, Optional<String> refresh) {
        @Override
        public String toString() {
            return "tokens until " + expires;
        }
    }

    /** @param folder that of the profiles */
    public Tokens(Optional<Path> folder, Profile profile) {
        this.file = folder.map(home -> home.resolve("tokens").resolve(key(profile) + ".json"));
    }

    Optional<Kept> read() {
        if (file.isEmpty() || !Files.exists(file.get())) {
            return Optional.empty();
        }
        try {
            JsonNode json = Json.read(Files.readString(file.get()));
            String refresh = json.path("refreshToken").asString("");
            return Optional.of(new Kept(
                    json.path("accessToken").asString(""),
                    Instant.ofEpochSecond(json.path("expires").asLong(0)),
                    refresh.isEmpty() ? Optional.empty() : Optional.of(refresh)));
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** Keeps tokens; a folder that cannot be written only makes the next command ask for a token of its own. */
    void keep(Kept tokens) {
        if (file.isEmpty()) {
            return;
        }
        ObjectNode json = Json.object()
                .put("accessToken", tokens.access())
                .put("expires", tokens.expires().getEpochSecond());
        tokens.refresh().ifPresent(refresh -> json.put("refreshToken", refresh));
        try {
            PrivateFile.write(file.get(), Json.write(json));
        } catch (IOException e) {
            if (tokens.refresh().isPresent()) {
                throw new UncheckedIOException("the tokens could not be kept in " + file.get(), e);
            }
        }
    }

    /** Forgets them. */
    public void remove() {
        try {
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the tokens could not be removed: " + file.get(), e);
        }
    }

    private static String key(Profile profile) {
        String whole = profile.url() + "\n" + profile.tenant() + "\n" + profile.clientId() + "\n"
                + profile.clientSecret().isPresent();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }
}
