package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** Reads the events of a fanotify group, as many as fit at once. For the verdict thread. */
final class Events {

    private static final int MOST = 128;

    private final Kernel kernel;
    private final int group;
    private final MemorySegment buffer;

    /** Takes an event. */
    interface Handler {
        /** @param descriptor of the file, to be closed; negative if there is none, because events were lost */
        void handle(long mask, int descriptor, int pid);
    }

    Events(Kernel kernel, int group) {
        this.kernel = kernel;
        this.group = group;
        this.buffer = kernel.allocate((long) MOST * Fanotify.EVENT_BYTES);
    }

    void read(Handler handler) {
        long length = kernel.read(group, buffer);
        for (long at = 0; at + Fanotify.EVENT_BYTES <= length; ) {
            int size = buffer.get(JAVA_INT, at);
            short metadata = buffer.get(JAVA_SHORT, at + 6);
            if (size < Fanotify.EVENT_BYTES || metadata < Fanotify.EVENT_BYTES) {
                throw new IllegalStateException("the kernel speaks another version of fanotify");
            }
            handler.handle(buffer.get(JAVA_LONG, at + 8), buffer.get(JAVA_INT, at + 16), buffer.get(JAVA_INT, at + 20));
            at += size;
        }
    }
}
