package dev.cordon.agent.hash;

import java.lang.foreign.MemorySegment;

/** One hash in the making, reusable after {@link #finish}. For one thread at a time. */
interface Digest extends AutoCloseable {

    void start();

    /** Takes the first {@code length} bytes of native memory. */
    void update(MemorySegment data, long length);

    FileHash finish();

    @Override
    default void close() {}
}
