package dev.cordon.cli;

import dev.cordon.cli.connection.Connection;
import dev.cordon.cli.connection.Trust;
import dev.cordon.cli.output.Screen;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Trust on first use: fetches a server's own authority from a server that is not yet believed, and believes it only if
 * its fingerprint is the one that was given, or a person says so. Nothing secret is sent before.
 */
final class FirstUse {

    private final Console console;

    FirstUse(Console console) {
        this.console = console;
    }

    /**
     * The authority in PEM.
     *
     * @throws IllegalArgumentException if it is not to be trusted
     */
    String authority(URI server, Optional<String> expected) {
        String pem;
        try (Connection unchecked = Connection.unchecked(server)) {
            pem = unchecked
                    .send("GET", "/cordon/v1/ca.pem", "", Map.of())
                    .orThrow()
                    .body();
        }
        String fingerprint = Trust.fingerprint(pem);
        if (expected.isPresent()) {
            if (!Trust.same(fingerprint, expected.get())) {
                throw new IllegalArgumentException("the authority of " + server + " has another fingerprint: "
                        + fingerprint + ". Somebody may be in between; nothing was sent.");
            }
        } else {
            ask(server, fingerprint);
        }
        try (Connection checked = Connection.to(server, Optional.of(pem), Optional.empty())) {
            checked.send("GET", "/cordon/v1/ca.pem", "", Map.of()).orThrow();
        }
        return pem;
    }

    private void ask(URI server, String fingerprint) {
        Screen screen = console.screen();
        screen.say("The authority of " + server + " has the SHA-256 fingerprint");
        screen.say("  " + fingerprint);
        screen.say("At the server: openssl x509 -noout -fingerprint -sha256 -in cordon-data/tls/ca.pem");
        if (!screen.terminal().in() || !screen.terminal().err()) {
            throw new IllegalArgumentException("nobody can be asked here: say --fingerprint SHA256, or --ca FILE");
        }
        screen.ask("Is it the same there? [y/N] ");
        if (!console.readLine().orElse("").strip().matches("(?i)y|yes")) {
            throw new IllegalArgumentException("not trusted: nothing was sent");
        }
    }
}
