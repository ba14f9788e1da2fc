package dev.cordon.cli.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Makes connections to one server: by BoringSSL to a server whose certificates were accepted before, else by the run
 * time's TLS, which is the one that decides. Safe for use by several threads.
 */
final class Dial {

    private static final int HTTPS = 443;

    private final String host;
    private final int port;
    private final Duration patience;
    private final Optional<Accepted> accepted;
    private final Supplier<SSLContext> trust;
    private volatile boolean foreign;

    /**
     * @param accepted what was accepted before; absent if nothing may be remembered of this server
     * @param trust made at first use, which takes its time
     */
    Dial(URI server, Duration patience, Optional<Accepted> accepted, Supplier<SSLContext> trust) {
        String name = server.getHost();
        this.host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        this.port = server.getPort() < 0 ? HTTPS : server.getPort();
        this.patience = patience;
        this.accepted = accepted;
        this.trust = trust;
    }

    /** A new connection over which a handshake was made. */
    Wire open() throws IOException {
        Optional<byte[]> good = foreign ? Optional.empty() : accepted.flatMap(Accepted::good);
        if (good.isPresent() && NativeTls.isHere()) {
            Socket socket = connect();
            try {
                return NativeWire.over(socket, address() ? "" : host, good.get());
            } catch (IOException e) {
                // other certificates than last time, or a server that BoringSSL does not get on with: the run time's
                // TLS
                // says what is the matter, if anything is
                foreign = true;
            }
        }
        SocketWire wire = SocketWire.over(connect(), host, trust.get());
        if (accepted.isPresent()) {
            accepted.get().remember(wire.chain());
        }
        return wire;
    }

    private boolean address() {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
    }

    private Socket connect() throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(host)) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, port), (int) patience.toMillis());
                socket.setSoTimeout((int) patience.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure == null ? new IOException(host + " has no address") : failure;
    }
}
