package dev.cordon.agent.files;

/**
 * An open descriptor that is closed at the end of its block.
 *
 * @param descriptor the system's number
 */
public record Handle(FileCalls calls, int descriptor) implements AutoCloseable {

    /**
     * The folder of this path, one component after the other, none of which may be a symbolic link.
     *
     * @throws FileCallException with ELOOP or ENOTDIR where a component is one
     */
    public static Handle folder(FileCalls calls, RawPath path) throws FileCallException {
        int at = calls.openRoot();
        for (byte[] component : path.components()) {
            int above = at;
            try {
                at = calls.openFolder(above, component);
            } finally {
                calls.close(above);
            }
        }
        return new Handle(calls, at);
    }

    /** A file in this folder. */
    public Handle file(byte[] name) throws FileCallException {
        return new Handle(calls, calls.openFile(descriptor, name));
    }

    /** A new file in this folder. */
    public Handle create(byte[] name) throws FileCallException {
        return new Handle(calls, calls.create(descriptor, name));
    }

    public Stat stat() throws FileCallException {
        return calls.stat(descriptor);
    }

    public void sync() throws FileCallException {
        calls.sync(descriptor);
    }

    /** Waits for everything that was written to its file system. */
    public void syncFileSystem() throws FileCallException {
        calls.syncFileSystem(descriptor);
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }
}
