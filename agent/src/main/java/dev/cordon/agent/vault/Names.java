package dev.cordon.agent.vault;

import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which objects of the vault were names of one file (hard links), as far as their manifests were read or written: all
 * are when a vault is opened. Made anew at every start. For one thread at a time.
 */
final class Names {

    private final Map<Integer, Set<String>> ids = new HashMap<>();
    private final Map<String, Integer> files = new HashMap<>();

    void kept(Manifest manifest) {
        if (manifest.getKind() == Kind.KIND_FILE) {
            int file = file(manifest);
            files.put(manifest.getId(), file);
            ids.computeIfAbsent(file, _ -> new TreeSet<>()).add(manifest.getId());
        }
    }

    void gone(String id) {
        var file = files.remove(id);
        if (file != null) {
            ids.computeIfPresent(file, (_, names) -> names.remove(id) && names.isEmpty() ? null : names);
        }
    }

    /** Objects that may have been names of the same file: to be looked at with {@link #same}. */
    List<String> others(Manifest manifest) {
        return ids.getOrDefault(file(manifest), Set.of()).stream()
                .filter(id -> !id.equals(manifest.getId()))
                .toList();
    }

    /**
     * Whether both were names of one file. The number of a file that is gone is given to new ones: only the time at which
     * it was made tells them apart, and, where that is not known, that the first name was not the last.
     */
    static boolean same(Manifest one, Manifest other) {
        boolean born = one.getBorn().getSeconds() != 0 || one.getBorn().getNanos() != 0;
        return one.getKind() == other.getKind()
                && one.getDevice() == other.getDevice()
                && one.getInode() == other.getInode()
                && one.getBorn().equals(other.getBorn())
                && one.getSha256().equals(other.getSha256())
                && (born || one.getLinks() != other.getLinks());
    }

    private static int file(Manifest manifest) {
        return Objects.hash(manifest.getDevice(), manifest.getInode(), manifest.getBorn(), manifest.getSha256());
    }
}
