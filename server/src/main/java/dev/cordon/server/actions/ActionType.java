package dev.cordon.server.actions;

import dev.cordon.protocol.wire.Aspect;
import dev.cordon.server.web.Permissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of machine action that this server carries out. */
enum ActionType {
    COLLECT("CollectInvestigationPackage", "InvestigationPackage", null, Permissions.MACHINE_COLLECT_FORENSICS),
    ISOLATE("Isolate", "NetworkIsolation", Aspect.ASPECT_ISOLATION, Permissions.MACHINE_ISOLATE),
    UNISOLATE("Unisolate", "NetworkIsolation", Aspect.ASPECT_ISOLATION, Permissions.MACHINE_ISOLATE),
    RESTRICT(
            "RestrictCodeExecution",
            "ExecutionControl",
            Aspect.ASPECT_EXECUTION,
            Permissions.MACHINE_RESTRICT_EXECUTION),
    UNRESTRICT(
            "UnrestrictCodeExecution",
            "ExecutionControl",
            Aspect.ASPECT_EXECUTION,
            Permissions.MACHINE_RESTRICT_EXECUTION),
    SCAN("RunAntiVirusScan", "AntivirusScan", null, Permissions.MACHINE_SCAN),
    QUARANTINE("StopAndQuarantineFile", "FileQuarantine", null, Permissions.MACHINE_STOP_AND_QUARANTINE),
    /** The way back from a quarantine, which the original has only in its portal. */
    RESTORE("RestoreFile", "FileQuarantine", null, Permissions.MACHINE_STOP_AND_QUARANTINE),
    SAMPLE(
            "RequestSample",
            "SampleCollection",
            null,
            Permissions.MACHINE_STOP_AND_QUARANTINE,
            Permissions.MACHINE_COLLECT_FORENSICS),
    OFFBOARD("Offboard", "Offboarding", null, Permissions.MACHINE_OFFBOARD);

    private final String word;
    private final String capability;
    private final @Nullable Aspect aspect;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> permissions;

    ActionType(String word, String capability, @Nullable Aspect aspect, String... permissions) {
        this.word = word;
        this.capability = capability;
        this.aspect = aspect;
        this.permissions = List.of(permissions);
    }

    /** As the API and the store spell it. */
    String word() {
        return word;
    }

    /** What a caller needs one of, to ask for it and to cancel it. */
    List<String> permissions() {
        return permissions;
    }

    /** What the machine's agent must be able to do. */
    String capability() {
        return capability;
    }

    /** What of the machine it changes until further notice. */
    Optional<Aspect> aspect() {
        return Optional.ofNullable(aspect);
    }

    static ActionType of(String word) {
        return Arrays.stream(values())
                .filter(type -> type.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no action type is called " + word));
    }
}
