package dev.cordon.agent.channel;

import dev.cordon.agent.enrollment.Identity;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * TLS to a gateway: shows the machine's certificate, trusts nobody but the pinned authority, and checks that the
 * certificate is for the host that was meant. Safe for use by many threads.
 */
final class GatewayTls {

    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private final SSLContext context;

    GatewayTls(Identity identity) throws GeneralSecurityException {
        try {
            var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("server", identity.serverCa());
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(anchors);
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new OneKey(identity)}, trust.getTrustManagers(), null);
        } catch (IOException e) {
            throw new GeneralSecurityException("no empty key store", e);
        }
    }

    /** Puts TLS on a connection; returns after the handshake, within the socket's read time limit. */
    SSLSocket secure(Socket raw, String host, int port) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(PROTOCOLS);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Shows the machine's certificate to whoever asks for one. */
    private static final class OneKey extends X509ExtendedKeyManager {

        private static final String ALIAS = "machine";
        private final Identity identity;

        OneKey(Identity identity) {
            this.identity = identity;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException("the agent is no server");
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }
    }
}
