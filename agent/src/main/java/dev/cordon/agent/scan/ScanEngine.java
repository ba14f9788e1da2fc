package dev.cordon.agent.scan;

import dev.cordon.agent.scan.ScanSystem.OpenFile;
import java.util.List;

/** Looks into files. For one thread; an interrupt of it ends every call soon. */
interface ScanEngine extends AutoCloseable {

    /** Name and version, for people. */
    String name();

    /** What it looks for, in words. */
    String signatures();

    /** What people must know about this scan: what is missing, what was left out. Whole sentences. */
    List<String> remarks();

    /**
     * Looks into a file, now or later; the answer comes from this call, a later one or {@link #finish}.
     *
     * @param file is the caller's again when the call returns
     */
    void scan(Candidate candidate, OpenFile file, Answers answers) throws InterruptedException, EngineException;

    /** Waits for every answer that is still to come. */
    void finish(Answers answers) throws InterruptedException, EngineException;

    @Override
    void close();

    /** What came out, once for each file. */
    interface Answers {

        void clean(Candidate candidate);

        void detected(Candidate candidate, String signature);

        /** Looked into as far as the engine's limits allow, and nothing was found in that part. */
        void partly(Candidate candidate, String limit);

        /** Larger than the engine takes; its hash is none that is looked for. */
        void tooLarge(Candidate candidate);

        /** Could not be looked into. */
        void failed(Candidate candidate, String reason);
    }
}
