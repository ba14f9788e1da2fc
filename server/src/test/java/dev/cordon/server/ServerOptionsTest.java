package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.events.EventSettings;
import dev.cordon.server.events.SyslogTarget;
import dev.cordon.server.events.WebhookTargets;
import dev.cordon.server.web.CallRates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerOptionsTest {

    @Test
    void whenOnlyTheDirectoryIsGivenThenAllElseIsAsUsual() {
        assertThat(parse("--data /srv/cordon")).isEqualTo(ServerSettings.in(Path.of("/srv/cordon")));
    }

    @Test
    void whenAllIsGivenThenAllIsTaken() {
        var words = "--data=/srv/cordon --bind ::1 --port 1 --gateway-port 2 --host a.example.com --host b.example.com"
                + " --heartbeat 3 --events-days 5 --webhook-target https://hooks.example.com/a --webhook-target https://b.example.com --syslog logs.example.com --syslog-authority /etc/ca.pem --accept-threat-protection --drop-in-names --rate-limits 30/400 --database-url jdbc:postgresql://db.example.com/cordon"
                + " --database-user cordon";
        var store = new ServerSettings.Store.Postgres("jdbc:postgresql://db.example.com/cordon", "cordon", "secret");
        assertThat(ServerOptions.parse(List.of(words.split(" ")), Map.of("CORDON_DATABASE_PASSWORD", "secret")))
                .isEqualTo(new ServerSettings(
                        Path.of("/srv/cordon"),
                        "::1",
                        1,
                        2,
                        List.of("a.example.com", "b.example.com"),
                        Duration.ofSeconds(3),
                        true,
                        true,
                        CallRates.each(30, 400),
                        store,
                        new EventSettings(
                                Duration.ofDays(5),
                                WebhookTargets.of(List.of("https://hooks.example.com/a/", "https://b.example.com/")),
                                Optional.of(new SyslogTarget(
                                        "logs.example.com", 6514, Optional.of(Path.of("/etc/ca.pem")))))));
    }

    @ParameterizedTest
    @CsvSource({
        "--port 8443, --data",
        "--data d --prot 1, --prot",
        "--data d --port, --port needs a value",
        "--data d --port x, --port x must be a number",
        "--data d --port 65536, 65535",
        "--data d --port 1 --port 2, --port is given twice",
        "--data d --port 1 --gateway-port 1, --port and --gateway-port are the same",
        "--data d --accept-threat-protection=no, takes no value",
        "--data d --drop-in-names=yes, takes no value",
        "--data d --rate-limits 0/1, --rate-limits 0/1 must be",
        "--data d --rate-limits many, --rate-limits many must be",
        "--data d --database-user u, --database-url",
        "--data d --database-url jdbc:postgresql:x?password=y --database-user u, CORDON_DATABASE_PASSWORD",
    })
    void whenTheCommandLineMakesNoSenseThenTheWordIsNamed(String words, String told) {
        assertThatThrownBy(() -> parse(words))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(told);
    }

    private static ServerSettings parse(String words) {
        return ServerOptions.parse(List.of(words.split(" ")), Map.of());
    }
}
