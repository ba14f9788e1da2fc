package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationSpec;
import java.util.Map;

/**
 * An isolation that this process has put in force.
 *
 * @param users the numbers of the users that the exclusions name, looked up while a directory service could be reached
 * @param devices those that there were then
 * @param expected what the kernel must say the rules are
 * @param ended what became of the connections that were open
 */
record InForce(
        IsolationSpec spec,
        Map<String, Long> users,
        Plan plan,
        Devices devices,
        Tables.Expected expected,
        OpenConnections.Ended ended) {

    /** Whether it is this one, on these devices. */
    boolean is(IsolationSpec otherSpec, Plan otherPlan, Devices otherDevices) {
        return spec.equals(otherSpec) && plan.equals(otherPlan) && devices.equals(otherDevices);
    }

    /** Whether services are named, whose processes come and go. */
    boolean namesService() {
        return spec.mode() == IsolationSpec.Mode.SELECTIVE
                && spec.exclusions().stream()
                        .anyMatch(exclusion -> !exclusion.getService().isEmpty());
    }
}
