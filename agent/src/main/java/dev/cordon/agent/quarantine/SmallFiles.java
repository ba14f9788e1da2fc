package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads configuration files and folders by open folders; what is not there, too large or no file is empty. Stateless. */
record SmallFiles(FileCalls calls) {

    private static final int LARGEST = 1 << 20;
    private static final int MANY = 20_000;

    Optional<byte[]> read(RawPath path) {
        try (var folder = Handle.folder(calls, path.parent());
                var file = folder.file(path.name())) {
            var stat = file.stat();
            if (!stat.isRegular() || stat.size() > LARGEST) {
                return Optional.empty();
            }
            var bytes = ByteBuffer.allocateDirect((int) stat.size() + 1);
            while (bytes.hasRemaining() && calls.read(file.descriptor(), bytes, bytes.position()) > 0) {
                // until all of it is there
            }
            byte[] content = new byte[bytes.position()];
            bytes.flip().get(content);
            return Optional.of(content);
        } catch (FileCallException e) {
            return Optional.empty();
        }
    }

    /** Where a symbolic link leads to, as it says. */
    Optional<byte[]> link(RawPath path) {
        try (var folder = Handle.folder(calls, path.parent())) {
            return Optional.of(calls.readLink(folder.descriptor(), path.name()));
        } catch (FileCallException e) {
            return Optional.empty();
        }
    }

    boolean exists(RawPath path) {
        try (var folder = Handle.folder(calls, path.parent())) {
            calls.stat(folder.descriptor(), path.name());
            return true;
        } catch (FileCallException e) {
            return !e.gone();
        }
    }

    /** What is in a folder, in the order of the names. */
    List<RawPath> list(RawPath path) {
        List<RawPath> entries = new ArrayList<>();
        var scratch = ByteBuffer.allocateDirect(16 * 1024);
        try (var folder = Handle.folder(calls, path)) {
            for (var next = calls.next(folder.descriptor(), scratch);
                    !next.isEmpty() && entries.size() < MANY;
                    next = calls.next(folder.descriptor(), scratch)) {
                next.forEach(entry -> entries.add(path.resolve(entry.name())));
            }
        } catch (FileCallException e) {
            // not there, or no folder
        }
        entries.sort(RawPath::compareTo);
        return entries;
    }

    /** The lines of a text, one character a byte, without line ends. */
    List<String> lines(RawPath path) {
        return read(path)
                .map(bytes -> Arrays.asList(new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)))
                .orElse(List.of());
    }
}
