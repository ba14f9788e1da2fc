package dev.cordon.agent.channel;

import dev.cordon.gateway.MachineRef;
import dev.cordon.gateway.UploadInbox;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** The server's end of uploads, in memory: takes only good chunks that come in their turn. */
final class KeptUploads implements UploadInbox {

    final List<UploadOffer> offers = new CopyOnWriteArrayList<>();
    final List<UploadEnd> ends = new CopyOnWriteArrayList<>();
    final AtomicLong bytesCame = new AtomicLong();
    volatile String refusal = "";
    volatile String trouble = "";
    volatile LongConsumer afterChunk = _ -> {};
    private final Map<String, ByteArrayOutputStream> content = new ConcurrentHashMap<>();
    private final Map<String, UploadOffer> offered = new ConcurrentHashMap<>();

    byte[] content(String id) {
        return content.getOrDefault(id, new ByteArrayOutputStream()).toByteArray();
    }

    @Override
    public UploadState offered(MachineRef machine, UploadOffer offer) {
        offers.add(offer);
        offered.put(offer.getUploadId(), offer);
        content.computeIfAbsent(offer.getUploadId(), _ -> new ByteArrayOutputStream());
        return state(offer.getUploadId());
    }

    @Override
    public Optional<UploadState> chunk(MachineRef machine, UploadChunk chunk, boolean more) {
        var data = chunk.getData().toByteArray();
        bytesCame.addAndGet(data.length);
        var bytes = Objects.requireNonNull(content.get(chunk.getUploadId()));
        boolean good = MessageDigest.isEqual(sha256(data), chunk.getSha256().toByteArray());
        if (good && chunk.getOffset() == bytes.size()) {
            bytes.writeBytes(data);
        }
        afterChunk.accept(bytes.size());
        return more ? Optional.empty() : Optional.of(state(chunk.getUploadId()));
    }

    @Override
    public void ended(MachineRef machine, UploadEnd end) {
        ends.add(end);
    }

    @Override
    public void disconnected(MachineRef machine) {}

    private UploadState state(String id) {
        var offer = Objects.requireNonNull(offered.get(id));
        int size = Objects.requireNonNull(content.get(id)).size();
        boolean whole = size == offer.getSize()
                && MessageDigest.isEqual(sha256(content(id)), offer.getSha256().toByteArray());
        return UploadState.newBuilder()
                .setUploadId(id)
                .setReceived(size)
                .setRefused(refusal)
                .setHeld(trouble)
                .setComplete(whole)
                .build();
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
