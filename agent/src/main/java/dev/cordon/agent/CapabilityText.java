package dev.cordon.agent;

import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Support;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in plain words what a machine can do, why not, and what to install: a line for each capability. Stateless. */
final class CapabilityText {

    private CapabilityText() {}

    static String of(List<Capability> capabilities, Capability another) {
        return Stream.concat(capabilities.stream(), Stream.of(another))
                .map(CapabilityText::line)
                .collect(Collectors.joining());
    }

    static String line(Capability capability) {
        var mark = capability.getSupport() == Support.SUPPORT_UNSUPPORTED ? "no" : "ok";
        var limits = String.join(" ", capability.getLimitsList());
        return String.format(
                Locale.ROOT,
                "%-4s %-20s %s%n",
                mark,
                capability.getName(),
                (words(capability.getSupport()) + (limits.isEmpty() ? "" : ": " + limits)).strip());
    }

    private static String words(Support support) {
        return switch (support) {
            case SUPPORT_ENFORCED -> "works in full";
            case SUPPORT_PARTIAL -> "works in part";
            default -> "does not work here";
        };
    }
}
