package dev.cordon.gateway;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts exactly the client certificates that belong to an enrolled machine, those that have run out included: they open
 * the way to the next one, and to nothing else. There is no common authority to build a
 * path to: every tenant has its own, and only {@link MachineAuthenticator} knows them. Thread-safe.
 */
final class MachineTrust extends X509ExtendedTrustManager {

    private final MachineAuthenticator authenticator;

    MachineTrust(MachineAuthenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        try {
            if (chain.length == 0 || !isEnrolled(chain[0])) {
                throw unknown();
            }
        } catch (RuntimeException e) {
            throw new CertificateException("the certificate could not be looked up", e);
        }
    }

    /** The reason decides which alert the machine gets: without one it would be {@code internal_error}. */
    private static CertificateException unknown() {
        var what = "the certificate belongs to no enrolled machine";
        return new CertificateException(
                what, new CertPathValidatorException(what, null, null, -1, BasicReason.REVOKED));
    }

    private boolean isEnrolled(X509Certificate certificate) {
        return authenticator
                .authenticate(certificate)
                .or(() -> authenticator.lapsed(certificate))
                .isPresent();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the gateway connects to no server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
