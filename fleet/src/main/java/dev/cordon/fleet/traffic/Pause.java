package dev.cordon.fleet.traffic;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** Waiting and closing where nothing can be done about a failure. */
final class Pause {

    private Pause() {}

    static void millis(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }

    static void closing(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
