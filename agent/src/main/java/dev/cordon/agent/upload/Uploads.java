package dev.cordon.agent.upload;

import dev.cordon.agent.channel.UploadLink;
import dev.cordon.agent.command.ObjectSender;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskException;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The uploads that are under way. Each is worked on by the thread that wants it, which waits here until the server has
 * all of it.
 *
 * <p>An upload's id is made from the command and the content. So nothing about it has to be kept: an agent that is
 * started again and hands over the same file goes on where it was, and another content is another upload. Safe for use
 * by many threads.
 */
public final class Uploads implements ObjectSender {

    private final UploadLink link;
    private final Log log;
    private final Patience patience;
    private final Map<String, Upload> open = new ConcurrentHashMap<>();

    public Uploads(UploadLink link, Log log) {
        this(link, log, Patience.DEFAULT);
    }

    public Uploads(UploadLink link, Log log, Patience patience) {
        this.link = link;
        this.log = log;
        this.patience = patience;
    }

    /** There is a new connection. */
    public void connected() {
        open.values().forEach(Upload::connected);
    }

    /** The server says how far an upload is. */
    public void told(UploadState state) {
        var upload = open.get(state.getUploadId());
        if (upload != null) {
            if (!state.getHeld().isEmpty()) {
                log.warn("upload-held", "upload", state.getUploadId(), "reason", state.getHeld());
            }
            upload.told(state);
        }
    }

    @Override
    public String send(Command command, Path file, ObjectKind kind, String name, BooleanSupplier cancelled)
            throws TaskException, InterruptedException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var offer = offer(command, hashes(channel), kind, name);
            var upload = new Upload(offer, channel, link, patience, cancelled);
            if (open.putIfAbsent(offer.getUploadId(), upload) != null) {
                throw new TaskException("the same file is being handed over already");
            }
            log.info("upload-begun", "upload", offer.getUploadId(), "bytes", offer.getSize());
            try {
                upload.complete();
            } catch (TaskException | IOException e) {
                link.end(UploadEnd.newBuilder()
                        .setUploadId(offer.getUploadId())
                        .setReason(String.valueOf(e.getMessage()))
                        .build());
                throw e;
            } finally {
                open.remove(offer.getUploadId());
            }
            log.info("upload-complete", "upload", offer.getUploadId());
            return offer.getUploadId();
        } catch (InterruptedIOException | java.nio.channels.ClosedByInterruptException e) {
            var interrupted = new InterruptedException("the upload was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw new TaskException("the file could not be handed over: " + e.getMessage(), e);
        }
    }

    private static Hashes hashes(FileChannel file) throws IOException {
        try (var hasher = FileHasher.open()) {
            return hasher.hash(file, Set.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT);
        }
    }

    private static UploadOffer offer(Command command, Hashes hashes, ObjectKind kind, String name) {
        var sha256 = hashes.sha256();
        var about = command.getMachineId() + "/" + command.getSequence() + "/" + command.getActionId() + "/"
                + kind.getNumber() + "/" + sha256.hex();
        return UploadOffer.newBuilder()
                .setUploadId(UUID.nameUUIDFromBytes(about.getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setSequence(command.getSequence())
                .setActionId(command.getActionId())
                .setKind(kind)
                .setName(name)
                .setSize(hashes.size())
                .setSha256(sha256.toByteString())
                .build();
    }
}
