package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through all that an isolation does, without putting a rule in force, ending a connection or sending anything.
 *
 * <p>So that what this machine cannot do is known before it is asked for, and so that nothing is done for the first
 * time when it matters: the classes, the native calls and the library are then loaded and tried.
 *
 * @param rules why the kernel would refuse the rules
 * @param connections why open connections could not be ended
 */
record Rehearsal(Optional<String> rules, Optional<String> connections) {

    private static final int PORT = 443;
    private static final int ATTEMPTS = 5;

    boolean passed() {
        return rules.isEmpty() && connections.isEmpty();
    }

    static Rehearsal hold(Tables tables, StateFile stateFile) {
        try {
            Plan plan = Plan.of(new IsolationSpec(IsolationSpec.Mode.FULL, List.of(), documentation()), Map.of());
            rules(tables, plan);
            tables.stateFile(plan);
            stateFile.read();
            Probes.rehearse(plan);
            return new Rehearsal(Optional.empty(), OpenConnections.rehearse(plan));
        } catch (IOException | IsolationException e) {
            return new Rehearsal(Optional.of(String.valueOf(e.getMessage())), Optional.empty());
        }
    }

    /** A device may vanish between the look and the load. */
    private static void rules(Tables tables, Plan plan) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Devices devices = Devices.present();
            try {
                tables.difference(tables.rehearse(plan, devices.hookable()));
                return;
            } catch (NftException e) {
                if (attempt == ATTEMPTS || devices.equals(Devices.present())) {
                    throw e;
                }
            }
        }
    }

    /** Addresses that belong to nobody: RFC 5737 and RFC 3849. */
    private static Set<InetSocketAddress> documentation() {
        InetAddress ipv4 = Probes.documentation(true);
        InetAddress ipv6 = Probes.documentation(false);
        return Set.of(new InetSocketAddress(ipv4, PORT), new InetSocketAddress(ipv6, PORT));
    }
}
