package dev.cordon.protocol.foreign;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A function of a {@link CLibrary}. Each argument is a number or an address, and so is what it gives back; what C
 * declares as {@code int} must be cut to that by the caller, {@code (int) CLOSE.call(errno, file)}: the other half is
 * undefined. An address says nothing of how long its memory lasts: the caller keeps the arena open until the call is
 * over. Thread-safe as far as the function is.
 *
 * @param name as the library has it
 * @param handle of the type {@code (MemorySegment, long...)long}. The run time turns a call of a constant's component
 *     into a plain call; a class's field would not do
 */
public record CFunction(String name, MethodHandle handle) {

    /** @param errno where the library leaves its error number, or {@link CLibrary#UNREAD}; so for all that follow */
    @SuppressWarnings("IllegalCatch") // method handles declare Throwable
    public long call(MemorySegment errno) {
        try {
            return (long) handle.invokeExact(errno);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    @SuppressWarnings("IllegalCatch")
    public long call(MemorySegment errno, long a) {
        try {
            return (long) handle.invokeExact(errno, a);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    @SuppressWarnings("IllegalCatch")
    public long call(MemorySegment errno, long a, long b) {
        try {
            return (long) handle.invokeExact(errno, a, b);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    @SuppressWarnings("IllegalCatch")
    public long call(MemorySegment errno, long a, long b, long c) {
        try {
            return (long) handle.invokeExact(errno, a, b, c);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    @SuppressWarnings("IllegalCatch")
    public long call(MemorySegment errno, long a, long b, long c, long d) {
        try {
            return (long) handle.invokeExact(errno, a, b, c, d);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    @SuppressWarnings("IllegalCatch")
    public long call(MemorySegment errno, long a, long b, long c, long d, long e) {
        try {
            return (long) handle.invokeExact(errno, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    @SuppressWarnings("IllegalCatch")
    public long call(MemorySegment errno, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) handle.invokeExact(errno, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    private IllegalStateException impossible(Throwable e) {
        return new IllegalStateException(name + " could not be called", e);
    }
}
