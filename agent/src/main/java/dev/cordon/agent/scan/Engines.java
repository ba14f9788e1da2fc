package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses the engine of a scan: ClamAV where it is installed and starts, otherwise the agent's own. */
final class Engines {

    private static final String INSTALL = "Install its daemon (apt-get install clamav-daemon, dnf install clamd,"
            + " apk add clamav-daemon, zypper install clamav); it need not run as a service.";
    private static final String NOT_INSTALLED = "ClamAV is not installed: scans compare the hashes of whole files, do"
            + " not look into archives and know no patterns. " + INSTALL;
    private static final String NO_OFFICIAL = "ClamAV has no official signatures on this machine: scans look for the"
            + " organisation's blocked files and for this machine's own signature files. freshclam fetches the"
            + " official ones to ";

    private final ScanPlaces places;
    private final ScanSystem system;
    private final BlockedFiles blocked;
    private final Log log;

    Engines(ScanPlaces places, ScanSystem system, BlockedFiles blocked, Log log) {
        this.places = places;
        this.system = system;
        this.blocked = blocked;
        this.log = log;
    }

    Optional<Path> installed() {
        return places.engines().stream().filter(Files::isExecutable).findFirst();
    }

    /** What scans lack here, in sentences that say what to do about it. */
    List<String> limits() {
        if (installed().isEmpty()) {
            return List.of(NOT_INSTALLED);
        }
        return SignatureFolder.files(places.official(), SignatureFolder.OFFICIAL)
                        .isEmpty()
                ? List.of(NO_OFFICIAL + places.official() + ".")
                : List.of();
    }

    /** @param proof SHA-256 of a file the engine must detect */
    ScanEngine open(FileHash proof) throws IOException, InterruptedException {
        var own = builtIn(proof, List.of());
        var program = installed();
        if (program.isEmpty()) {
            own.close();
            return builtIn(proof, limits());
        }
        var start = new ClamdStart(places, program.get(), system, blocked, proof, log);
        try {
            return new ClamdEngine(start, system, own, log);
        } catch (EngineException e) {
            log.warn(e, "clamd-not-started");
            start.close();
            own.close();
            List<String> remarks = new ArrayList<>(start.remarks());
            remarks.add(e.getMessage() + ". The agent's own engine was used instead: it compares the hashes of whole"
                    + " files, does not look into archives and knows no patterns.");
            return builtIn(proof, remarks);
        } catch (InterruptedException | RuntimeException e) {
            start.close();
            own.close();
            throw e;
        }
    }

    private BuiltInEngine builtIn(FileHash proof, List<String> remarks) throws IOException {
        var files = SignatureFolder.files(places.signatures(), SignatureFolder.HASHES);
        return new BuiltInEngine(HashSignatures.read(blocked, files, proof), remarks);
    }
}
