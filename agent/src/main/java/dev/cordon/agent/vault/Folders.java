package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import java.util.HashMap;
import java.util.Map;

/** The folders of several files, each opened once, and closed together. For one thread. */
record Folders(FileCalls calls, Map<RawPath, Handle> open) implements AutoCloseable {

    Folders(FileCalls calls) {
        this(calls, new HashMap<>());
    }

    /** The folder in which this is. */
    Handle of(RawPath place) throws FileCallException {
        var parent = place.parent();
        var folder = open.get(parent);
        if (folder == null) {
            folder = Handle.folder(calls, parent);
            open.put(parent, folder);
        }
        return folder;
    }

    @Override
    public void close() {
        open.values().forEach(Handle::close);
    }
}
