package dev.cordon.server.events;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where webhooks may go: only below the URLs that the server's operator lists, so that nobody who administers a tenant
 * can make this server call what only it can reach. {@code http} only where the operator lists it so; addresses that lead
 * to the machine itself only where the operator names the machine itself. Immutable.
 *
 * @param allowed URLs that end in a slash
 */
public record WebhookTargets(List<URI> allowed) {

    public static final WebhookTargets NONE = new WebhookTargets(List.of());

    private static final int LONGEST = 2_000;

    public WebhookTargets {
        allowed = List.copyOf(allowed);
    }

    /**
     * Reads what an operator lists.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static WebhookTargets of(List<String> urls) {
        return new WebhookTargets(urls.stream()
                .map(url -> parse(url.endsWith("/") ? url : url + "/")
                        .filter(uri -> uri.getQuery() == null)
                        .orElseThrow(() -> new IllegalArgumentException(
                                url + " is no URL such as https://hooks.example.com/cordon/.")))
                .toList());
    }

    /** The URL, if it may be called. */
    Optional<URI> permitted(String url) {
        return parse(url).filter(uri -> allowed.stream().anyMatch(allowed -> covers(allowed, uri)));
    }

    /** @throws IOException if the host has no address, or one that the operator did not mean */
    static void requireAddress(URI uri) throws IOException {
        boolean itself = isItself(uri.getHost());
        for (var address : InetAddress.getAllByName(uri.getHost())) {
            boolean never = address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLinkLocalAddress();
            if (never || (address.isLoopbackAddress() && !itself)) {
                throw new IOException(
                        "the host has the address " + address.getHostAddress() + ", where no webhook goes");
            }
        }
    }

    private static boolean isItself(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private static Optional<URI> parse(String url) {
        if (url.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            var uri = new URI(url);
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            boolean plain = uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null;
            boolean straight = uri.getRawPath() != null
                    && uri.normalize().equals(uri)
                    && !uri.getRawPath().contains("%")
                    && !uri.getRawPath().contains(";");
            return web && plain && straight ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean covers(URI allowed, URI wanted) {
        var path = wanted.getRawPath().isEmpty() ? "/" : wanted.getRawPath();
        return allowed.getScheme().equalsIgnoreCase(wanted.getScheme())
                && allowed.getHost()
                        .toLowerCase(Locale.ROOT)
                        .equals(wanted.getHost().toLowerCase(Locale.ROOT))
                && port(allowed) == port(wanted)
                && (path + "/").startsWith(allowed.getRawPath());
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
