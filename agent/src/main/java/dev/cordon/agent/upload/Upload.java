package dev.cordon.agent.upload;

import com.google.protobuf.UnsafeByteOperations;
import dev.cordon.agent.channel.UploadLink;
import dev.cordon.agent.task.TaskException;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * One file on its way to the server: offered on every new connection, then sent from where the server says it is, a few
 * chunks ahead of what the server has. One thread sends; {@link #told} and {@link #connected} may be called by any.
 */
final class Upload {

    /** Small enough that a heartbeat or a report waits hardly at all behind one. */
    static final int CHUNK = 64 * 1024;

    /** What may be on its way that the server has not answered. */
    static final int WINDOW = 8 * CHUNK;

    /** After this silence the upload is offered again: the server answers that, or a place in its queue is kept. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final UploadOffer offer;
    private final FileChannel file;
    private final UploadLink link;
    private final Patience patience;
    private final BooleanSupplier cancelled;
    private final MessageDigest sha256 = sha256();
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore news = new Semaphore(0);

    // guarded by the lock
    private long offeredOn;
    private boolean answered;
    private long heardAt;
    private long received;
    private long sent;
    private boolean goneBack;
    private boolean complete;
    private String refused = "";
    private String held = "";
    private long heldSince;
    private long heldAt;
    private long heldUntil;
    private long pause;

    Upload(UploadOffer offer, FileChannel file, UploadLink link, Patience patience, BooleanSupplier cancelled) {
        this.offer = offer;
        this.file = file;
        this.link = link;
        this.patience = patience;
        this.cancelled = cancelled;
    }

    void connected() {
        news.release();
    }

    void told(UploadState state) {
        lock.lock();
        try {
            long now = state.getReceived();
            if (now < 0 || now > offer.getSize()) {
                return;
            }
            heardAt = System.nanoTime();
            complete = state.getComplete();
            refused = state.getRefused();
            if (!state.getHeld().isEmpty()) {
                hold(state.getHeld());
                return;
            }
            if (!held.isEmpty() && offeredOn == 0 && !complete && refused.isEmpty()) {
                // an answer to a chunk that was on its way when the server gave up
                return;
            }
            held = "";
            if (!answered || now < received) {
                answered = true;
                sent = now;
                goneBack = false;
            } else if (now > received) {
                sent = Math.max(sent, now);
                goneBack = false;
            } else if (!goneBack) {
                sent = now;
                goneBack = true;
            }
            received = now;
        } finally {
            lock.unlock();
        }
        news.release();
    }

    private void hold(String why) {
        long now = System.nanoTime();
        if (pause == 0 || received > heldAt) {
            heldSince = now;
            heldAt = received;
            pause = patience.first().toNanos();
        } else if (offeredOn != 0) {
            pause = Math.min(2 * pause, patience.longest().toNanos());
        }
        held = why;
        heldUntil = now + pause;
        answered = false;
        offeredOn = 0;
    }

    /** Sends until the server has all of it. */
    void complete() throws TaskException, IOException, InterruptedException {
        while (true) {
            long connection = link.connection();
            var step = next(connection);
            if (cancelled.getAsBoolean()) {
                throw new TaskException("handing the file over was cancelled");
            }
            switch (step) {
                case OFFER -> link.offer(connection, offer);
                case CHUNK -> link.chunk(connection, nextChunk());
                case WAIT -> {
                    if (news.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                        news.drainPermits();
                    }
                }
                case DONE -> {
                    return;
                }
            }
        }
    }

    private enum Step {
        OFFER,
        CHUNK,
        WAIT,
        DONE
    }

    private Step next(long connection) throws TaskException {
        lock.lock();
        try {
            if (complete) {
                return Step.DONE;
            }
            if (!refused.isEmpty()) {
                throw new TaskException("the server does not take the file: " + refused);
            }
            if (!held.isEmpty()) {
                long now = System.nanoTime();
                if (now - heldSince > patience.whole().toNanos()) {
                    throw new TaskException("the server could not take the file for "
                            + patience.whole().toMinutes() + " minutes: " + held);
                }
                if (now - heldUntil < 0) {
                    return Step.WAIT;
                }
            }
            boolean silent = System.nanoTime() - heardAt > SILENCE.toNanos();
            if (connection != 0 && (connection != offeredOn || silent)) {
                offeredOn = connection;
                answered = false;
                heardAt = System.nanoTime();
                return Step.OFFER;
            }
            if (connection != 0 && answered && sent < offer.getSize() && sent - received < WINDOW) {
                return Step.CHUNK;
            }
            return Step.WAIT;
        } finally {
            lock.unlock();
        }
    }

    private UploadChunk nextChunk() throws IOException {
        long offset;
        int length;
        lock.lock();
        try {
            offset = sent;
            length = (int) Math.min(CHUNK, offer.getSize() - offset);
            sent = offset + length;
        } finally {
            lock.unlock();
        }
        var data = ByteBuffer.allocate(length);
        while (data.hasRemaining()) {
            if (file.read(data, offset + data.position()) < 0) {
                throw new IOException("it has become shorter");
            }
        }
        return UploadChunk.newBuilder()
                .setUploadId(offer.getUploadId())
                .setOffset(offset)
                .setData(UnsafeByteOperations.unsafeWrap(data.array()))
                .setSha256(UnsafeByteOperations.unsafeWrap(sha256.digest(data.array())))
                .build();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }
}
