package dev.cordon.agent.linux.execution;

import java.util.HashSet;
import java.util.Set;

/**
 * Notices starters that live in a mount namespace that was never looked at, by the mount that their program came by:
 * every namespace has mounts of its own. For the verdict thread.
 */
final class Strangers {

    private static final long ASK_AGAIN_NANOS = 1_000_000_000;

    private final Kernel kernel;
    /** Mounts of no known namespace, for which all of them were just looked at. */
    private final Set<Long> seen = new HashSet<>();

    private long since;

    Strangers(Kernel kernel) {
        this.kernel = kernel;
    }

    /** @param mount by which the program was found, 0 where the kernel does not tell */
    void notice(MountWatch watch, long mount, int pid, long now) {
        if (mount == 0) {
            long namespace = kernel.mountNamespace(pid);
            if (namespace != 0 && !watch.knows(namespace)) {
                kernel.wake(watch.wakeDescriptor());
            }
            return;
        }
        if (watch.knowsMount(mount)) {
            return;
        }
        if (now - since > ASK_AGAIN_NANOS) {
            seen.clear();
            since = now;
        }
        if (seen.add(mount)) {
            kernel.wake(watch.wakeDescriptor());
        }
    }
}
