package dev.cordon.agent.linux.execution;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.hash.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tests of execution control on a private file system begin with: {@code evil}, which ends with {@link #RUNS},
 * {@code good}, which ends well, and execution control that refuses nothing yet.
 */
abstract class ControlledDisk {

    /** What {@code evil} ends with if it is let. */
    static final int RUNS = 42;
    /** What a shell says of a program that it may not start. */
    static final int REFUSED = 126;
    /** A hash that no file has. */
    static final String NOTHING_HERE = "00".repeat(32);

    @TempDir
    Path folder;

    ExecutionLab lab;
    ExecutionLab.Control control;

    @BeforeEach
    final void open() throws Exception {
        assumeTrue(ExecutionLab.possible(), "needs root and fanotify");
        lab = ExecutionLab.open(folder);
        lab.program("evil", TinyProgram.exits(RUNS, 5_000));
        lab.program("good", TinyProgram.exits(0, 5_000));
        control = lab.control();
    }

    @AfterEach
    final void close() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    final int status(String script) throws Exception {
        return lab.run(script).status();
    }

    final String evil() throws IOException {
        return lab.hash("evil", HashAlgorithm.SHA256).toString();
    }
}
