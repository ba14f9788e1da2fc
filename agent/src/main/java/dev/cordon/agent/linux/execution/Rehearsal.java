package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Goes once through what the first block needs, without marking or refusing anything: the run time loads its classes,
 * the machine its libcrypto, and the first file that is blocked is refused some hundred milliseconds sooner. What it
 * takes of memory is given back. Stateless.
 */
final class Rehearsal {

    private static final Path SMALL_PROGRAM = Path.of("/bin/true");

    private Rehearsal() {}

    static void run() {
        var silent = Log.silent();
        try (var kernel = new Kernel();
                var hasher = FileHasher.open()) {
            KeptFiles.of(KeptFiles.ofThisAgent());
            int group = new Fanotify(kernel).init();
            if (group >= 0) {
                try {
                    MountWatch.start(group, mount -> false, false, false, look -> {}, silent)
                            .close();
                } finally {
                    kernel.close(group);
                }
            }
            hasher.hash(SMALL_PROGRAM, EnumSet.allOf(HashAlgorithm.class), FileHasher.NO_LIMIT);
            int file = kernel.open(SMALL_PROGRAM.toString());
            if (file >= 0) {
                tell(kernel, file);
                kernel.close(file);
            }
        } catch (IOException | RuntimeException e) {
            // the first block takes longer, that is all
        }
    }

    private static void tell(Kernel kernel, int file) {
        var state = kernel.state(file);
        if (state != null) {
            var nobody = new Pending(
                    file,
                    Marks.ownPid(),
                    false,
                    false,
                    false,
                    state,
                    false,
                    System.nanoTime(),
                    new AtomicBoolean(true));
            Told.about(kernel, nobody, Verdict.ALLOWED, "");
        }
    }
}
