package dev.cordon.agent.scan;

import dev.cordon.agent.scan.ScanSystem.DescriptorSocket;
import dev.cordon.agent.scan.ScanSystem.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One conversation with clamd (clamd(8), IDSESSION): requests are numbered from 1 in the order they are sent, answers
 * carry the number and come in any order. Files go over as open descriptors (FILDES), so that the engine needs no right
 * to any file and copies none. For one thread; an interrupt ends a wait within a fifth of a second.
 */
final class ClamdSession implements AutoCloseable {

    private static final int LOOK_EVERY_MILLIS = 200;
    private static final int LONGEST_ANSWER = 4096;

    private final DescriptorSocket socket;
    private final byte[] buffer = new byte[LONGEST_ANSWER];
    private final StringBuilder pending = new StringBuilder();
    private int sent;

    ClamdSession(DescriptorSocket socket) throws IOException {
        this.socket = socket;
        send("zIDSESSION");
    }

    /** @param number of the request it is for */
    record Answer(int number, String text) {}

    /** The engine's name and version; behind a slash that of the official signatures, if it has loaded them. */
    String version(long withinMillis) throws IOException, InterruptedException {
        send("zVERSION");
        sent++;
        return receive(withinMillis)
                .orElseThrow(() -> new IOException("clamd does not answer"))
                .text();
    }

    /** Gives a file to the engine; returns the number of the request. */
    int scan(OpenFile file) throws IOException {
        send("zFILDES");
        socket.send(file);
        return ++sent;
    }

    private void send(String command) throws IOException {
        socket.send((command + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    /** The next answer, or none within this time. */
    Optional<Answer> receive(long withinMillis) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMillis);
        while (true) {
            int end = pending.indexOf("\0");
            if (end >= 0) {
                String line = pending.substring(0, end);
                pending.delete(0, end + 1);
                return Optional.of(parse(line));
            }
            if (pending.length() > LONGEST_ANSWER) {
                throw new IOException("clamd sent an answer without an end");
            }
            Walk.stopIfInterrupted();
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left < 0) {
                return Optional.empty();
            }
            int received = socket.receive(buffer, (int) Math.min(left, LOOK_EVERY_MILLIS));
            if (received < 0) {
                throw new IOException("clamd closed the connection");
            }
            pending.append(new String(buffer, 0, received, StandardCharsets.UTF_8));
        }
    }

    /** {@code 7: fd[12]: Name.Of.Signature FOUND} */
    private static Answer parse(String line) throws IOException {
        int colon = line.indexOf(": ");
        try {
            return new Answer(Integer.parseInt(line, 0, colon, 10), line.substring(colon + 2));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("clamd sent an answer without a number: " + line, e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
