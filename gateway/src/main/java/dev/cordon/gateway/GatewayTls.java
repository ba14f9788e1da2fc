package dev.cordon.gateway;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the agents' port: 1.2 and 1.3, a client certificate required, sessions neither cached nor put into tickets, so
 * that every connection shows its certificate anew. BoringSSL where its library loads, because it takes a third of the
 * CPU and two thirds of the memory; the JDK's own elsewhere.
 */
final class GatewayTls {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayTls.class);

    private GatewayTls() {}

    /** The caller releases the context when the last connection is gone. */
    static SslContext context(GatewaySettings settings, MachineAuthenticator authenticator) {
        var boring = OpenSsl.isAvailable();
        if (!boring) {
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(OpenSsl.unavailabilityCause()))
                    .log("gateway.boringssl_missing: falling back to the JDK's slower TLS");
        }
        try {
            var context = SslContextBuilder.forServer(
                            settings.privateKey(), settings.certificateChain().toArray(X509Certificate[]::new))
                    .sslProvider(boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .clientAuth(ClientAuth.REQUIRE)
                    .trustManager(new MachineTrust(authenticator))
                    .build();
            if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                sessions.setSessionCacheEnabled(false);
            } else {
                context.sessionContext().setSessionTimeout(1);
                context.sessionContext().setSessionCacheSize(1);
            }
            return context;
        } catch (SSLException | IllegalArgumentException e) {
            throw new GatewayException(
                    "The gateway's certificate cannot be used. Check that key and certificate belong together.", e);
        }
    }
}
