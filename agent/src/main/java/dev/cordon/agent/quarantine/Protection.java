package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.finder.Search;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What is never stopped or taken, whoever asks: the agent and its run time, the machine's first process, and the files
 * of packages without which the machine does not work. Decided by content, so that it is known before anything is
 * denied or ended.
 */
record Protection(Surroundings around) {

    /** Where the wanted file is something the machine or the agent needs, and why. */
    record Refusal(RawPath path, String reason) {}

    Optional<Refusal> refusal(Search search) throws InterruptedException {
        for (var own : around.own()) {
            var found = below(own, search, 0);
            if (found.isPresent()) {
                return found.map(path -> new Refusal(path, "it belongs to the agent itself"));
            }
        }
        var first = RawPath.of("/proc/1/exe");
        if (search.isAt(first)) {
            return Optional.of(new Refusal(first, "the machine's first process (init) is running it"));
        }
        var found = new Refusal[1];
        new Packages(around).needed((name, owner) -> {
            var path = path(name);
            if (path.isPresent() && search.isAt(path.get())) {
                found[0] = new Refusal(
                        path.get(), "it belongs to " + owner + ", without which this machine does not work");
                return false;
            }
            return true;
        });
        return Optional.ofNullable(found[0]);
    }

    private Optional<RawPath> path(String name) {
        try {
            return Optional.of(around.root().append(RawPath.of(name.getBytes(StandardCharsets.ISO_8859_1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<RawPath> below(RawPath path, Search search, int depth) throws InterruptedException {
        if (search.isAt(path)) {
            return Optional.of(path);
        }
        if (depth < 8) {
            for (var entry : new SmallFiles(around.files()).list(path)) {
                var found = below(entry, search, depth + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
