package dev.cordon.server.signin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer of the authorization endpoint may go. A URI must be registered as it is written (RFC 9700, 4.1.3), but a
 * program that listens on this computer's loopback takes whichever port is free (RFC 8252, 7.3).
 */
final class RedirectUri {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> DANGEROUS =
            Set.of("javascript", "data", "vbscript", "file", "about", "blob", "view-source", "ws", "wss", "ftp");
    private static final int LONGEST = 2_000;

    private RedirectUri() {}

    /** Why a URI cannot be registered, if so. */
    static Optional<String> objection(String text) {
        var uri = parse(text);
        if (uri == null || uri.getScheme() == null || text.length() > LONGEST || text.contains("*")) {
            return Optional.of("is no absolute URI");
        }
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getRawFragment() != null) {
            return Optional.of("must have no fragment");
        }
        if (DANGEROUS.contains(scheme)) {
            return Optional.of("has a scheme that is not allowed");
        }
        boolean web = scheme.equals("http") || scheme.equals("https");
        if (web && uri.getHost() == null) {
            return Optional.of("names no host");
        }
        if (uri.getRawUserInfo() != null) {
            return Optional.of("must hold no user name");
        }
        if (scheme.equals("http") && !isLoopback(uri)) {
            return Optional.of("must be https, unless its host is localhost");
        }
        return Optional.empty();
    }

    static boolean matches(List<String> registered, String asked) {
        return registered.contains(asked)
                || registered.stream().anyMatch(known -> sameLoopback(parse(known), parse(asked)));
    }

    /** What a page's form-action policy must name, so that the browser follows the answer. */
    static String policySource(String redirectUri) {
        var uri = URI.create(redirectUri);
        return uri.getHost() == null
                        || !uri.getScheme().toLowerCase(Locale.ROOT).startsWith("http")
                ? uri.getScheme() + ":"
                : uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    /** Why a URI cannot be registered for a page, if so: a page has an origin. */
    static Optional<String> pageObjection(String text) {
        return objection(text)
                .or(() -> text.toLowerCase(Locale.ROOT).startsWith("http")
                        ? Optional.empty()
                        : Optional.of("must be https, because pages of it call the token endpoint"));
    }

    /** The origin of a page (RFC 6454, 6.2), as browsers write it. */
    static String origin(String uri) {
        var parsed = URI.create(uri);
        var scheme = parsed.getScheme().toLowerCase(Locale.ROOT);
        int port = parsed.getPort();
        boolean usual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + parsed.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + port);
    }

    private static boolean sameLoopback(@Nullable URI known, @Nullable URI asked) {
        return known != null
                && asked != null
                && "http".equals(known.getScheme())
                && "http".equals(asked.getScheme())
                && isLoopback(known)
                && asked.getRawUserInfo() == null
                && asked.getRawFragment() == null
                && Objects.equals(known.getHost(), asked.getHost())
                && path(known).equals(path(asked))
                && Objects.equals(known.getRawQuery(), asked.getRawQuery());
    }

    private static String path(URI uri) {
        var path = uri.getRawPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private static boolean isLoopback(URI uri) {
        return uri.getHost() != null && LOOPBACK.contains(uri.getHost());
    }

    private static @Nullable URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
