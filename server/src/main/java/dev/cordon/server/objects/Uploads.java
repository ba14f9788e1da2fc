package dev.cordon.server.objects;

import dev.cordon.gateway.MachineRef;
import dev.cordon.gateway.UploadInbox;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.objects.ObjectTables.Objects;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what machines hand over. An upload is taken only for a command that was handed to this machine and whose
 * action is open; what has arrived survives cuts and restarts; it counts only once all of it is on disk and, read back
 * from there, has the hash that was announced. The gateway calls this for one machine at a time. Thread-safe.
 */
public final class Uploads implements UploadInbox {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int LARGEST_CHUNK = 128 * 1024;

    /** Bytes that are written before they are forced to disk, as long as more come. */
    private static final int UNFORCED = 1 << 20;

    private final Database database;
    private final ObjectFiles files;
    private final Offers offers;
    private final AuditLog audit;
    private final InstantSource time;
    private final ConcurrentMap<Key, Receiving> open = new ConcurrentHashMap<>();

    private record Key(MachineRef machine, String uploadId) {}

    /** An upload that is under way; confined to its machine's lane. */
    private static final class Receiving {
        private final StoredObject object;
        private final SealedFile file;
        private long unforced;

        Receiving(StoredObject object, SealedFile file) {
            this.object = object;
            this.file = file;
        }
    }

    public Uploads(Database database, ObjectFiles files, Tenants tenants, AuditLog audit, InstantSource time) {
        this.database = database;
        this.files = files;
        this.offers = new Offers(files, tenants, time);
        this.audit = audit;
        this.time = time;
    }

    @Override
    public UploadState offered(MachineRef machine, UploadOffer offer) {
        var id = offer.getUploadId();
        try {
            var object = database.write(sql -> offers.accept(sql, machine, offer));
            if (object.isWhole()) {
                return complete(object);
            }
            var receiving = receiving(machine, object);
            long missing = object.size() - receiving.file.length();
            if (missing == 0) {
                return finish(machine, receiving);
            }
            if (!files.hasRoomFor(missing)) {
                throw new IOException("it has no room for " + missing + " bytes more");
            }
            return state(receiving);
        } catch (UploadRefusedException e) {
            LOG.atInfo()
                    .addKeyValue("machine", machine)
                    .addKeyValue("upload", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("upload refused");
            return refused(id, e);
        } catch (IOException e) {
            return held(machine, id, e);
        }
    }

    @Override
    public Optional<UploadState> chunk(MachineRef machine, UploadChunk chunk, boolean more) {
        var id = chunk.getUploadId();
        try {
            var receiving = open.get(new Key(machine, id));
            if (receiving == null) {
                var object = database.read(sql -> ObjectRows.ofUpload(sql, machine, id))
                        .filter(known -> known.deletedAt() == null)
                        .orElseThrow(() -> new UploadRefusedException("nothing of this id was offered"));
                if (object.isWhole()) {
                    return Optional.of(complete(object));
                }
                receiving = receiving(machine, object);
            }
            return take(machine, receiving, chunk, more);
        } catch (UploadRefusedException e) {
            return Optional.of(refused(id, e));
        } catch (IOException e) {
            return Optional.of(held(machine, id, e));
        }
    }

    @Override
    public void ended(MachineRef machine, UploadEnd end) {
        database.read(sql -> ObjectRows.ofUpload(sql, machine, end.getUploadId()))
                .filter(object -> object.completedAt() == null)
                .ifPresent(object -> drop(machine, object));
    }

    @Override
    public void disconnected(MachineRef machine) {
        open.forEach((key, receiving) -> {
            if (key.machine().equals(machine) && open.remove(key, receiving)) {
                close(receiving);
            }
        });
    }

    private Optional<UploadState> take(MachineRef machine, Receiving receiving, UploadChunk chunk, boolean more)
            throws IOException {
        var data = chunk.getData();
        long received = receiving.file.length();
        boolean good = data.size() <= LARGEST_CHUNK
                && chunk.getOffset() == received
                && received + data.size() <= receiving.object.size()
                && Arrays.equals(
                        sha256().digest(data.toByteArray()), chunk.getSha256().toByteArray());
        if (good) {
            receiving.file.append(data.asReadOnlyByteBuffer());
            receiving.unforced += data.size();
        }
        if (receiving.file.length() == receiving.object.size()) {
            return Optional.of(finish(machine, receiving));
        }
        if (more && receiving.unforced < UNFORCED) {
            return Optional.empty();
        }
        if (receiving.unforced > 0) {
            receiving.file.force();
            receiving.unforced = 0;
        }
        return Optional.of(state(receiving));
    }

    /** Reads back what is on disk; only that counts. */
    private UploadState finish(MachineRef machine, Receiving receiving) throws IOException {
        var object = receiving.object;
        receiving.file.force();
        var hash = sha256();
        try {
            receiving.file.copy(0, object.size(), new DigestOutput(hash));
        } catch (SealedFile.BrokenSealException | EOFException e) {
            return again(machine, receiving, e);
        }
        if (!HexFormat.of().formatHex(hash.digest()).equals(object.sha256())) {
            drop(machine, object);
            return refused(
                    object.uploadId(), new UploadRefusedException("its SHA-256 is not the one that was announced"));
        }
        open.remove(new Key(machine, object.uploadId()));
        close(receiving);
        database.write(sql -> {
            sql.update(Objects.TABLE)
                    .set(Objects.COMPLETED_AT, Instants.micros(time.instant()))
                    .where(Objects.ID.eq(object.id()))
                    .execute();
            audit.append(
                    sql,
                    object.tenantId(),
                    "machine:" + object.machineId(),
                    "object.received",
                    "object:" + object.id(),
                    Map.of(
                            "kind", object.kind(),
                            "actionId", object.actionId(),
                            "name", object.name(),
                            "size", object.size(),
                            "sha256", object.sha256()));
            return object;
        });
        return complete(object);
    }

    /** What was stored is not what was written: none of it counts, and the machine sends it once more. */
    private UploadState again(MachineRef machine, Receiving receiving, IOException e) throws IOException {
        LOG.atError()
                .addKeyValue("machine", machine)
                .addKeyValue("object", receiving.object.id())
                .setCause(e)
                .log("upload damaged on the disk: it begins anew");
        open.remove(new Key(machine, receiving.object.uploadId()));
        close(receiving);
        files.delete(receiving.object.id());
        return state(receiving(machine, receiving.object));
    }

    private Receiving receiving(MachineRef machine, StoredObject object) throws IOException {
        var key = new Key(machine, object.uploadId());
        var known = open.get(key);
        if (known != null) {
            return known;
        }
        var made = new Receiving(object, files.append(object));
        open.put(key, made);
        return made;
    }

    private void drop(MachineRef machine, StoredObject object) {
        var receiving = open.remove(new Key(machine, object.uploadId()));
        if (receiving != null) {
            close(receiving);
        }
        database.write(sql -> {
            ObjectRows.remove(sql, object.id());
            return object;
        });
        try {
            files.delete(object.id());
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("object", object.id()).setCause(e).log("an upload's file could not be deleted");
        }
    }

    /** The disk does not do its work now. What is there stays for the offer that comes later. */
    private UploadState held(MachineRef machine, String uploadId, IOException e) {
        LOG.atError()
                .addKeyValue("machine", machine)
                .addKeyValue("upload", uploadId)
                .setCause(e)
                .log("upload held: free space on the disk of the data directory");
        var receiving = open.remove(new Key(machine, uploadId));
        if (receiving != null) {
            close(receiving);
        }
        return UploadState.newBuilder()
                .setUploadId(uploadId)
                .setHeld("the server's disk cannot take it now: " + e.getMessage())
                .build();
    }

    private static void close(Receiving receiving) {
        try {
            receiving.file.close();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("object", receiving.object.id())
                    .setCause(e)
                    .log("closing an upload failed");
        }
    }

    private static UploadState state(Receiving receiving) {
        return UploadState.newBuilder()
                .setUploadId(receiving.object.uploadId())
                .setReceived(receiving.file.length())
                .build();
    }

    private static UploadState complete(StoredObject object) {
        return UploadState.newBuilder()
                .setUploadId(object.uploadId())
                .setReceived(object.size())
                .setComplete(true)
                .build();
    }

    private static UploadState refused(String uploadId, UploadRefusedException e) {
        return UploadState.newBuilder()
                .setUploadId(uploadId)
                .setRefused(String.valueOf(e.getMessage()))
                .build();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }

    private static final class DigestOutput extends OutputStream {
        private final MessageDigest digest;

        DigestOutput(MessageDigest digest) {
            this.digest = digest;
        }

        @Override
        public void write(int b) {
            digest.update((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }
    }
}
