package dev.cordon.gateway;

import dev.cordon.protocol.wire.GoodbyeReason;
import dev.cordon.protocol.wire.Hello;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** The machines that are connected, one session each: a machine that connects again replaces its session. Thread-safe. */
final class AgentSessions implements CommandSource.Listener {

    /** What every session works with. */
    record Ports(
            MachineAuthenticator authenticator,
            CommandSource commands,
            MachineInbox inbox,
            BlockListSource blocks,
            UploadInbox uploads,
            UploadSlots slots,
            InstantSource clock,
            GatewaySettings settings,
            Supplier<List<String>> gateways) {}

    private final Ports ports;
    private final ConcurrentMap<MachineRef, AgentSession> current = new ConcurrentHashMap<>();

    AgentSessions(Ports ports) {
        this.ports = ports;
    }

    /** Begins a session. It works in the lane of the one it replaces, so that the machine's work stays in order. */
    AgentSession open(Identification.Identity identity, AgentLink link, Hello hello) {
        var opened = current.compute(
                identity.machine(),
                (_, before) -> new AgentSession(
                        ports, this, identity, link, before == null ? new SerialLane() : before.lane(), before));
        opened.begin(hello);
        return opened;
    }

    boolean holds(AgentSession session) {
        return current.get(session.machine()) == session;
    }

    void remove(AgentSession session) {
        current.remove(session.machine(), session);
    }

    @Override
    public boolean connected(MachineRef machine) {
        return current.containsKey(machine);
    }

    @Override
    public void handOver(MachineRef machine, CommandSource.Delivery delivery) {
        var session = current.get(machine);
        if (session != null) {
            session.handOver(delivery);
        }
    }

    @Override
    public void waiting(MachineRef machine) {
        var session = current.get(machine);
        if (session != null) {
            session.wake();
        }
    }

    /** A tenant's list of blocked files has changed. */
    void wakeTenant(String tenantId) {
        for (var session : current.values()) {
            if (session.machine().tenantId().equals(tenantId)) {
                session.listChanged();
            }
        }
    }

    void goodbye(MachineRef machine, GoodbyeReason reason, String message) {
        var session = current.get(machine);
        if (session != null) {
            session.goodbye(reason, message);
        }
    }

    int count() {
        return current.size();
    }

    List<AgentSession> all() {
        return List.copyOf(current.values());
    }
}
