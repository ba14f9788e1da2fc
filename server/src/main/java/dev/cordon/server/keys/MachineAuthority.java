package dev.cordon.server.keys;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** The tenant's certificate authority that issues its machines' certificates. */
public record MachineAuthority(X509Certificate certificate, PrivateKey key) {

    @Override
    public String toString() {
        return "MachineAuthority[" + certificate.getSubjectX500Principal() + "]";
    }
}
