package dev.cordon.gateway;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Port: tells which machine a client certificate belongs to. Called on every TLS handshake, from many threads; answers
 * from memory or one indexed read.
 */
public interface MachineAuthenticator {

    /**
     * The enrolled machine this certificate was issued to, or nothing if it was not issued by a tenant's authority, is
     * outside its validity, or was revoked.
     */
    Optional<MachineRef> authenticate(X509Certificate certificate);
}
