package dev.cordon.gateway;

import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Uploads in memory, which can be made slow. */
final class MemoryUploads implements UploadInbox {

    final List<String> events = new CopyOnWriteArrayList<>();
    final Semaphore chunksAllowed = new Semaphore(Integer.MAX_VALUE);
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    private record Upload(long size, ByteArrayOutputStream bytes) {}

    byte[] content(String uploadId) {
        return upload(uploadId).bytes().toByteArray();
    }

    @Override
    public UploadState offered(MachineRef machine, UploadOffer offer) {
        events.add("offered " + offer.getUploadId());
        uploads.computeIfAbsent(offer.getUploadId(), _ -> new Upload(offer.getSize(), new ByteArrayOutputStream()));
        return state(offer.getUploadId());
    }

    @Override
    public Optional<UploadState> chunk(MachineRef machine, UploadChunk chunk, boolean more) {
        chunksAllowed.acquireUninterruptibly();
        var bytes = upload(chunk.getUploadId()).bytes();
        if (chunk.getOffset() == bytes.size()) {
            bytes.writeBytes(chunk.getData().toByteArray());
        }
        return more ? Optional.empty() : Optional.of(state(chunk.getUploadId()));
    }

    @Override
    public void ended(MachineRef machine, UploadEnd end) {
        events.add("ended " + end.getUploadId());
    }

    @Override
    public void disconnected(MachineRef machine) {
        events.add("disconnected");
    }

    private UploadState state(String uploadId) {
        var upload = upload(uploadId);
        int size = upload.bytes().size();
        return UploadState.newBuilder()
                .setUploadId(uploadId)
                .setReceived(size)
                .setComplete(size == upload.size())
                .build();
    }

    private Upload upload(String uploadId) {
        return Objects.requireNonNull(uploads.get(uploadId));
    }
}
