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
import java.util.stream.Stream;

/** The permissions that an application can hold: the application permissions of the Defender API, and Cordon's own. */
final class ApplicationPermissions {

    private static final Map<String, String> BY_LOWER_CASE = Stream.of(
                    "AdvancedQuery.Read.All",
                    "Alert.Read.All",
                    "Alert.ReadWrite.All",
                    "Event.Write",
                    "File.Read.All",
                    "IntegrationConfiguration.ReadWrite",
                    "Ip.Read.All",
                    "Library.Manage",
                    "Machine.CollectForensics",
                    Permissions.MACHINE_ISOLATE,
                    "Machine.LiveResponse",
                    "Machine.Offboard",
                    Permissions.MACHINE_READ_ALL,
                    Permissions.MACHINE_READ_WRITE_ALL,
                    "Machine.RestrictExecution",
                    "Machine.Scan",
                    "Machine.StopAndQuarantine",
                    "RemediationTasks.Read.All",
                    "Score.Read.All",
                    "SecurityBaselinesAssessment.Read.All",
                    "SecurityConfiguration.Read.All",
                    "SecurityConfiguration.ReadWrite.All",
                    "SecurityRecommendation.Read.All",
                    "Software.Read.All",
                    "Ti.Read.All",
                    "Ti.ReadWrite",
                    "Ti.ReadWrite.All",
                    "Url.Read.All",
                    "User.Read.All",
                    "Vulnerability.Read.All",
                    Permissions.CORDON_ADMINISTER,
                    Permissions.CORDON_OPERATE)
            .collect(toUnmodifiableMap(name -> name.toLowerCase(Locale.ROOT), Function.identity()));

    private ApplicationPermissions() {}

    /** The name in its own spelling. */
    static Optional<String> find(String name) {
        return Optional.ofNullable(BY_LOWER_CASE.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * The names in their own spelling.
     *
     * @throws ApiException 400 that names the first one that does not exist
     */
    static SortedSet<String> parse(Collection<String> names) {
        var parsed = new TreeSet<String>();
        for (var name : names) {
            var known = BY_LOWER_CASE.get(name.toLowerCase(Locale.ROOT));
            if (known == null) {
                throw ApiException.badRequest("permissions: '" + name + "' does not exist; known are "
                        + String.join(", ", new TreeSet<>(BY_LOWER_CASE.values())) + ".");
            }
            parsed.add(known);
        }
        return parsed;
    }

    /** All names, for {@link DelegatedPermissions}. */
    static Collection<String> names() {
        return BY_LOWER_CASE.values();
    }
}
