package dev.cordon.server.objects;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Objects;

/** An investigation package as it is: a zip. */
record PackageContent(ObjectFiles files, StoredObject object) implements Content {

    @Override
    public String fileName() {
        return object.name().endsWith(".zip") ? object.name() : object.name() + ".zip";
    }

    @Override
    public String mediaType() {
        return "application/zip";
    }

    @Override
    public long size() {
        return object.size();
    }

    @Override
    public String entityTag() {
        return "\"" + object.sha256() + "\"";
    }

    @Override
    public Instant lastModified() {
        return Objects.requireNonNull(object.completedAt());
    }

    @Override
    public void copy(long from, long length, OutputStream to) throws IOException {
        try (var file = files.read(object)) {
            file.copy(from, length, to);
        }
    }
}
