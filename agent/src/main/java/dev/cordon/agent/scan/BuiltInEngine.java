package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.scan.ScanSystem.OpenFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;

/** Compares the hash of whole files. Finds exact copies only, but needs nothing beside the agent. For one thread. */
final class BuiltInEngine implements ScanEngine {

    /** How much a file may grow while it is read. */
    private static final long GROWTH = 64L << 20;

    private final HashSignatures signatures;
    private final List<String> remarks;
    private final FileHasher hasher = FileHasher.open();

    BuiltInEngine(HashSignatures signatures, List<String> remarks) {
        this.signatures = signatures;
        this.remarks = new ArrayList<>(remarks);
        if (signatures.leftOut() > 0) {
            this.remarks.add(
                    "The built-in engine holds half a million hashes; " + signatures.leftOut() + " were left out.");
        }
        if (signatures.wrongLines() > 0) {
            this.remarks.add("Left out, because not hash:size:name: " + Words.count(signatures.wrongLines(), "line")
                    + " of this machine's .hdb and .hsb files.");
        }
    }

    @Override
    public String name() {
        return "built-in hashes";
    }

    @Override
    public String signatures() {
        return Words.count(signatures.blockedFiles(), "blocked file") + " of the organisation, "
                + Words.count(signatures.fromFiles(), "hash", "hashes") + " of this machine's signature files";
    }

    @Override
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    @Override
    public void scan(Candidate candidate, OpenFile file, Answers answers) throws InterruptedException {
        var algorithms = signatures.algorithms(file.size());
        if (algorithms.isEmpty()) {
            answers.clean(candidate);
            return;
        }
        try {
            var hashes = hasher.hash(file.descriptor(), algorithms, file.size() + GROWTH);
            signatures
                    .match(hashes)
                    .ifPresentOrElse(name -> answers.detected(candidate, name), () -> answers.clean(candidate));
        } catch (InterruptedIOException e) {
            throw Words.interrupted(e);
        } catch (IOException e) {
            answers.failed(candidate, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void finish(Answers answers) {}

    @Override
    public void close() {
        hasher.close();
    }
}
