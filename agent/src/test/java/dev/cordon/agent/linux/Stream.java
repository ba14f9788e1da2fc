package dev.cordon.agent.linux;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A connection on which both ends send rising numbers every few milliseconds, so that a lost or late one is noticed. */
final class Stream {

    private static final int PERIOD_MILLIS = 5;

    private final Socket socket;
    private volatile long received;
    private volatile long sent;
    private volatile long longestGapMillis;
    private volatile String end = "";

    Stream(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(this::send);
        Thread.ofPlatform().daemon().start(this::receive);
    }

    static Stream to(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, 1_000);
        return new Stream(socket);
    }

    private void send() {
        try {
            var out = new DataOutputStream(socket.getOutputStream());
            for (long number = 1; end.isEmpty(); number++) {
                out.writeLong(number);
                sent = number;
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive() {
        try {
            var in = new DataInputStream(socket.getInputStream());
            long last = System.nanoTime();
            while (true) {
                long number = in.readLong();
                long now = System.nanoTime();
                longestGapMillis = Math.max(longestGapMillis, (now - last) / 1_000_000);
                last = now;
                if (number != received + 1) {
                    end = "number " + number + " after " + received;
                    return;
                }
                received = number;
            }
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        }
    }

    String state() {
        return "received=%d sent=%d gap=%d end=%s"
                .formatted(received, sent, longestGapMillis, end.isEmpty() ? "no" : end.replace(';', ','));
    }
}
