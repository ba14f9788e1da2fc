package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS as the run time does it, with all its checks of the server's certificate and name. */
final class SocketWire implements Wire {

    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;

    private SocketWire(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Shakes hands over a connection that is there already; it is closed if that fails. */
    static SocketWire over(Socket raw, String host, SSLContext tls) throws IOException {
        try {
            var socket = (SSLSocket) tls.getSocketFactory().createSocket(raw, host, raw.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new SocketWire(socket);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** The server's certificates, its own first. */
    Certificate[] chain() throws IOException {
        return socket.getSession().getPeerCertificates();
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
