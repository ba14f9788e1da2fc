package dev.cordon.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate the server shows, with its key. Made by the server's own authority at first start, made anew by the
 * same authority when it nears its end or the host names change. A {@code server.pem} from another authority is the
 * operator's own: it is used as it is and never replaced. Immutable.
 *
 * <p>The chain always ends in the certificate that callers must trust, so that an agent which knows only that
 * certificate's hash can check the server.
 */
public final class ServerTls {

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private ServerTls(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /**
     * Reads the certificate in this directory, or makes it.
     *
     * @param hosts names and addresses that callers use, beside this machine's own
     * @throws TlsException if a file is damaged, does not fit the others, or cannot be written
     */
    public static ServerTls open(Path tlsDir, List<String> hosts, InstantSource clock) {
        try {
            Files.createDirectories(
                    tlsDir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new TlsException(
                    tlsDir + " cannot be made: " + e.getMessage()
                            + ". Make the data directory writable for the user the server runs as.",
                    e);
        }
        var shown = new TlsFiles(tlsDir).open(HostNames.all(hosts), clock.instant());
        return new ServerTls(shown.chain(), shown.key());
    }

    /** The certificate that callers must trust: the last of the chain. */
    public X509Certificate caCertificate() {
        return chain.getLast();
    }

    /** What the server sends: its certificate first, the authority last. */
    public List<X509Certificate> certificateChain() {
        return chain;
    }

    public PrivateKey privateKey() {
        return key;
    }

    /** The authority's certificate for clients' trust stores. */
    public String caPem() {
        return Pem.text(List.of(caCertificate()));
    }

    /** Lower-case hex SHA-256 of the authority certificate's DER. */
    public String caSha256Hex() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(caCertificate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new TlsException("The authority's certificate cannot be hashed.", e);
        }
    }

    /** A context for listeners that show this certificate. */
    public SSLContext sslContext() {
        try {
            var password = new char[0];
            // never leaves the memory: PKCS #12 would derive a key in 10,000 rounds to put it in, and again to take it
            // out
            var store = KeyStore.getInstance("JKS");
            store.load(null, password);
            store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
            var managers = KeyManagerFactory.getInstance("PKIX");
            managers.init(store, password);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("The server's certificate cannot be used: " + e.getMessage() + ".", e);
        }
    }
}
