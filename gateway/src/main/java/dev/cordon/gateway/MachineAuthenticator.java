package dev.cordon.gateway;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Port: tells which machine a client certificate belongs to, and issues the next one. Asked on every TLS handshake, from
 * many threads; answers from memory or one indexed read.
 */
public interface MachineAuthenticator {

    /**
     * The enrolled machine this certificate was issued to, or nothing if it was not issued by a tenant's authority, is
     * outside its validity, or was revoked.
     */
    Optional<MachineRef> authenticate(X509Certificate certificate);

    /**
     * The enrolled machine this certificate was issued to, if nothing is wrong with it but that its time is over. Such a
     * machine may get its next certificate, and nothing else.
     */
    Optional<MachineRef> lapsed(X509Certificate certificate);

    /**
     * Issues the next certificate for the key of the one that the machine has shown. A machine that asks again soon gets
     * the same.
     *
     * @return the certificate, then its issuer; empty if the machine is no longer enrolled
     */
    List<X509Certificate> renew(MachineRef machine, X509Certificate shown);
}
