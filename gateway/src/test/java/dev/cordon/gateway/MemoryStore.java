package dev.cordon.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.SignedReport;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The gateway's three ports over maps, which remember what the gateway did and can fail on demand. */
final class MemoryStore implements CommandSource, MachineInbox, MachineAuthenticator {

    final Map<X509Certificate, MachineRef> enrolled = new ConcurrentHashMap<>();
    final Map<X509Certificate, MachineRef> lapsed = new ConcurrentHashMap<>();
    final Map<MachineRef, List<X509Certificate>> next = new ConcurrentHashMap<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final AtomicInteger handedOut = new AtomicInteger();
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong lastReport = new AtomicLong();
    final AtomicBoolean loseHints = new AtomicBoolean();
    final AtomicBoolean handOver = new AtomicBoolean();
    final AtomicBoolean failReports = new AtomicBoolean();
    final AtomicBoolean sawTwoAtOnce = new AtomicBoolean();

    private final Map<MachineRef, ConcurrentNavigableMap<Long, ByteString>> commands = new ConcurrentHashMap<>();
    private final Map<MachineRef, AtomicInteger> busy = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    void add(MachineRef machine, long sequence, ByteString payload) {
        commands.computeIfAbsent(machine, _ -> new ConcurrentSkipListMap<>()).put(sequence, payload);
        if (handOver.get()) {
            handOver(machine, sequence, payload);
        } else if (!loseHints.get()) {
            listeners.forEach(listener -> listener.waiting(machine));
        }
    }

    private void handOver(MachineRef machine, long sequence, ByteString payload) {
        var command = SignedCommand.newBuilder().setPayload(payload).build();
        listeners.stream()
                .filter(listener -> listener.connected(machine))
                .forEach(listener -> listener.handOver(machine, new Delivery(sequence, command)));
    }

    @Override
    public Optional<MachineRef> authenticate(X509Certificate certificate) {
        return Optional.ofNullable(enrolled.get(certificate));
    }

    @Override
    public Optional<MachineRef> lapsed(X509Certificate certificate) {
        return Optional.ofNullable(lapsed.get(certificate));
    }

    @Override
    public List<X509Certificate> renew(MachineRef machine, X509Certificate shown) {
        return next.getOrDefault(machine, List.of());
    }

    @Override
    public List<Delivery> take(MachineRef machine, long afterSequence, int most) {
        return alone(machine, () -> {
            var waiting = commands.computeIfAbsent(machine, _ -> new ConcurrentSkipListMap<>());
            var taken = waiting.tailMap(afterSequence, false).entrySet().stream()
                    .limit(most)
                    .map(entry -> new Delivery(
                            entry.getKey(),
                            SignedCommand.newBuilder()
                                    .setPayload(entry.getValue())
                                    .build()))
                    .toList();
            handedOut.addAndGet(taken.size());
            return taken;
        });
    }

    @Override
    public void acknowledged(MachineRef machine, long sequence) {
        acknowledged.accumulateAndGet(sequence, Math::max);
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public long connected(MachineRef machine, Hello hello, InetAddress from) {
        alone(machine, () -> events.add("connected " + hello.getFacts().getComputerDnsName()));
        return lastReport.get();
    }

    @Override
    public void heartbeat(MachineRef machine, Heartbeat heartbeat, InetAddress from) {
        alone(machine, () -> events.add("heartbeat"));
    }

    @Override
    public long report(MachineRef machine, SignedReport signed) throws InvalidEnvelopeException {
        if (failReports.get()) {
            throw new IllegalStateException("the disk is full");
        }
        if (signed.getSignature().isEmpty()) {
            throw new InvalidEnvelopeException("the signature does not match the bytes");
        }
        try {
            long number = Report.parseFrom(signed.getPayload()).getReportNumber();
            alone(machine, () -> events.add("report " + number));
            lastReport.accumulateAndGet(number, Math::max);
            return number;
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidEnvelopeException("the signed bytes are not a report", e);
        }
    }

    @Override
    public void disconnected(MachineRef machine) {
        alone(machine, () -> events.add("disconnected"));
    }

    private <T> T alone(MachineRef machine, java.util.function.Supplier<T> work) {
        var inside = busy.computeIfAbsent(machine, _ -> new AtomicInteger());
        if (inside.incrementAndGet() > 1) {
            sawTwoAtOnce.set(true);
        }
        try {
            return work.get();
        } finally {
            inside.decrementAndGet();
        }
    }
}
