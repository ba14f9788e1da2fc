package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import java.io.IOException;
import java.util.List;

/** Chooses the engine of a scan. */
final class Engines {

    static final String NOT_INSTALLED = "ClamAV is not installed: scans compare the hashes of whole files, do not look"
            + " into archives and know no patterns. Install its daemon (apt-get install clamav-daemon,"
            + " dnf install clamd, apk add clamav-daemon, zypper install clamav); it need not run as a service.";

    private final ScanPlaces places;
    private final BlockedFiles blocked;

    Engines(ScanPlaces places, BlockedFiles blocked) {
        this.places = places;
        this.blocked = blocked;
    }

    /** @param proof SHA-256 of a file the engine must detect */
    ScanEngine open(FileHash proof) throws IOException {
        return builtIn(proof, List.of(NOT_INSTALLED));
    }

    private ScanEngine builtIn(FileHash proof, List<String> remarks) throws IOException {
        var files = SignatureFolder.files(places.signatures(), SignatureFolder.HASHES);
        return new BuiltInEngine(HashSignatures.read(blocked, files, proof), remarks);
    }
}
