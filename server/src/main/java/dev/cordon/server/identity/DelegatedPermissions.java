package dev.cordon.server.identity;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Permissions;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** The permissions that an application can have in a user's name, by the names that {@code scp} carries. */
public final class DelegatedPermissions {

    private static final Map<String, String> BY_LOWER_CASE = ApplicationPermissions.names().stream()
            .map(Permissions::delegated)
            .flatMap(Optional::stream)
            .collect(toUnmodifiableMap(name -> name.toLowerCase(Locale.ROOT), Function.identity()));

    private DelegatedPermissions() {}

    /** All of them, in their own spelling. */
    public static SortedSet<String> all() {
        return new TreeSet<>(BY_LOWER_CASE.values());
    }

    /** Those of the Defender API. */
    static SortedSet<String> ofDefender() {
        var permissions = all();
        permissions.removeIf(name -> name.startsWith("Cordon."));
        return permissions;
    }

    /** The name in its own spelling. */
    public static Optional<String> find(String name) {
        return Optional.ofNullable(BY_LOWER_CASE.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * The names in their own spelling.
     *
     * @throws ApiException 400 that names the first one that does not exist
     */
    public static SortedSet<String> parse(Collection<String> names) {
        var parsed = new TreeSet<String>();
        for (var name : names) {
            parsed.add(find(name)
                    .orElseThrow(() -> ApiException.badRequest("delegatedPermissions: '" + Excerpt.of(name)
                            + "' does not exist; known are "
                            + String.join(", ", new TreeSet<>(BY_LOWER_CASE.values())) + ".")));
        }
        return parsed;
    }
}
