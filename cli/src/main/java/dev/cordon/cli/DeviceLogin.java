package dev.cordon.cli;

import dev.cordon.cli.connection.Answer;
import dev.cordon.cli.connection.Profile;
import dev.cordon.cli.connection.Session;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Signs a user in at another device (RFC 8628). */
final class DeviceLogin {

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    private final Console console;
    private final Session session;

    DeviceLogin(Console console, Session session) {
        this.console = console;
        this.session = session;
    }

    void run() {
        String client = session.profile().clientId();
        JsonNode code = session.form(
                        "devicecode",
                        Map.of("client_id", client, "scope", Profile.RESOURCE + "/.default offline_access"))
                .orThrow()
                .json();
        console.screen().say("Open " + code.path("verification_uri").asString() + " in a browser and enter the code");
        console.screen().say("  " + code.path("user_code").asString());
        var ask = Map.of(
                "grant_type", GRANT,
                "client_id", client,
                "device_code", code.path("device_code").asString());
        long pause = code.path("interval").asLong(5);
        long deadline = System.nanoTime()
                + Duration.ofSeconds(code.path("expires_in").asLong(900)).toNanos();
        while (true) {
            sleep(pause);
            Answer answer = session.form("token", ask);
            String error = answer.json().path("error").asString("");
            if (error.equals("slow_down")) {
                pause += 5;
            } else if (!error.equals("authorization_pending") || System.nanoTime() > deadline) {
                session.adopt(answer);
                return;
            }
        }
    }

    private static void sleep(long seconds) {
        try {
            Thread.sleep(Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
