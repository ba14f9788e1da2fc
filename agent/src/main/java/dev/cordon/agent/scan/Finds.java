package dev.cordon.agent.scan;

import java.nio.file.Path;

/** Takes what a profile comes upon. */
interface Finds {

    void file(Candidate candidate) throws InterruptedException, EngineException;

    /** A file or folder that could not be looked at. */
    void unreadable(Path path);
}
