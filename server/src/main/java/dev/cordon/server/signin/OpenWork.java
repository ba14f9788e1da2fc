package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenRefusal;
import io.javalin.http.Context;
import java.time.InstantSource;

/**
 * Bounds what somebody who has not signed in can have the server write down: device codes, challenges for passkeys,
 * departures to outside issuers. So many of an address in a while. Thread-safe.
 */
final class OpenWork {

    static final int MOST = 300;

    private final WrongTries done;

    OpenWork(InstantSource time) {
        done = new WrongTries(time, MOST);
    }

    /** @throws TokenRefusal 429 if there was too much from this address */
    void begin(Context http) {
        var wait = done.wait(http.ip());
        if (wait.isPresent()) {
            http.header("Retry-After", String.valueOf(wait.get().toSeconds() + 1));
            throw TokenRefusal.of(
                    90055,
                    "temporarily_unavailable",
                    429,
                    "Too many sign-ins were begun from your network. Wait "
                            + (wait.get().toMinutes() + 1) + " minutes and try again.");
        }
        done.count(http.ip());
    }
}
