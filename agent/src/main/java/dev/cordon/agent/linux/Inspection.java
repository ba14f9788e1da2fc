package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.protocol.wire.Check;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether an isolation, or its end, is really there: looks at the kernel's rules, at the disk and at open connections,
 * and tries the network.
 */
final class Inspection {

    private Inspection() {}

    /** @param known what this process has put in force, if anything */
    static List<Check> applied(
            Tables tables, StateFile stateFile, IsolationSpec spec, Plan plan, @Nullable InForce known) {
        List<Check> checks = new ArrayList<>();
        checks.add(ruleset(tables, spec, plan, known));
        checks.add(file(stateFile, Optional.of(tables.stateFile(plan))));
        checks.addAll(Probes.all(plan, tables));
        checks.add(connections(plan, known));
        return checks;
    }

    /** @param refusal why there are no tables to look at */
    static List<Check> released(@Nullable Tables tables, String refusal, StateFile stateFile) {
        if (tables == null) {
            return List.of(unknown("cannot be looked at: " + refusal), file(stateFile, Optional.empty()));
        }
        long start = System.nanoTime();
        try {
            List<String> left = tables.ours();
            String found = left.isEmpty() ? "no table of the agent is left" : "still there: " + String.join(", ", left);
            return List.of(Probes.check("ruleset", left.isEmpty(), found, start), file(stateFile, Optional.empty()));
        } catch (NftException e) {
            return List.of(unknown("the rules could not be read: " + e.getMessage()));
        }
    }

    /** Nothing can be said of the rules. */
    static Check unknown(String reason) {
        return Probes.check("ruleset", false, reason, System.nanoTime());
    }

    private static Check ruleset(Tables tables, IsolationSpec spec, Plan plan, @Nullable InForce known) {
        long start = System.nanoTime();
        try {
            Devices devices = Devices.present();
            Tables.Expected expected = known != null && known.is(spec, plan, devices)
                    ? known.expected()
                    : tables.rehearse(plan, devices.hookable());
            Optional<String> difference = tables.difference(expected);
            if (difference.isPresent()) {
                return Probes.check("ruleset", false, difference.get(), start);
            }
            if (tables.stopsFrames() && !devices.strange().isEmpty()) {
                return Probes.check(
                        "ruleset",
                        false,
                        devices.strange().size()
                                + " devices have names that nftables cannot express, so raw frames pass there; rename"
                                + " them",
                        start);
            }
            String frames = tables.stopsFrames()
                    ? "raw frames are stopped on " + devices.hookable().size() + " devices"
                    : "raw frames are not covered by this kernel";
            return Probes.check("ruleset", true, "the rules are exactly as asked; " + frames, start);
        } catch (IOException e) {
            return Probes.check("ruleset", false, "the rules could not be read: " + e.getMessage(), start);
        }
    }

    private static Check file(StateFile stateFile, Optional<String> expected) {
        long start = System.nanoTime();
        try {
            Optional<String> actual = stateFile.read();
            boolean same = actual.equals(expected);
            String what = expected.isPresent() ? "holds the rules for the next boot" : "is gone";
            return Probes.check(
                    "state-file",
                    same,
                    stateFile.path() + (same ? " " + what : " is not as it should be: it must be that it " + what),
                    start);
        } catch (IOException e) {
            return Probes.check("state-file", false, "cannot be read: " + e.getMessage(), start);
        }
    }

    private static Check connections(Plan plan, @Nullable InForce known) {
        long start = System.nanoTime();
        String ended = known == null ? "" : known.ended().count() + " were ended; ";
        String error = known == null || known.ended().error().isEmpty()
                ? ""
                : " (" + known.ended().error() + ")";
        try {
            int left = OpenConnections.countDisallowed(plan);
            return Probes.check("connections", left == 0, ended + left + " are open" + error, start);
        } catch (IOException e) {
            return Probes.check(
                    "connections", error.isEmpty(), ended + "they cannot be listed: " + e.getMessage() + error, start);
        }
    }
}
