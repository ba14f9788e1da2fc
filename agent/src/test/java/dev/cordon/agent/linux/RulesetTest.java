package dev.cordon.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.linux.Flow.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares whole rulesets with files; they are loaded for real in the tests in lab machines. */
class RulesetTest {

    private static final int MARK = 0x00c0ffee;
    private static final List<InetSocketAddress> CONTROL = List.of(
            new InetSocketAddress("198.51.100.20", 8444),
            new InetSocketAddress("198.51.100.21", 8444),
            new InetSocketAddress("2001:db8:1::20", 8444));

    @Test
    void whenIsolationIsFullThenTheRulesetIsAsReviewed() {
        String text = new Ruleset(new Plan(CONTROL, List.of()), MARK)
                .load(List.of("inet cordon_isolation"), "cordon_guard_1", true, List.of("eth0", "eth1"));

        assertThat(text).isEqualTo(reviewed("full.nft"));
    }

    @Test
    void whenIsolationIsSelectiveThenTheRulesetIsAsReviewed() throws IsolationException {
        Flow backup = new Flow(
                List.of(Prefix.parse("10.0.0.0/8"), Prefix.parse("2001:db8:2::/48")),
                List.of(443, 80),
                Set.of(Transport.TCP),
                OptionalLong.empty(),
                Optional.empty(),
                false);
        Flow ssh = new Flow(
                List.of(Prefix.parse("0.0.0.0/0")),
                List.of(22),
                Set.of(Transport.TCP),
                OptionalLong.empty(),
                Optional.empty(),
                true);
        Flow user = new Flow(
                List.of(), List.of(), Set.of(Transport.values()), OptionalLong.of(1000), Optional.empty(), false);
        Flow service = new Flow(
                List.of(Prefix.parse("192.0.2.9")),
                List.of(53),
                Set.of(Transport.UDP),
                OptionalLong.empty(),
                Optional.of(new ServiceGroup("system.slice/resolver.service", 42)),
                false);
        Ruleset ruleset = new Ruleset(new Plan(CONTROL, List.of(backup, ssh, user, service)), MARK);

        assertThat(ruleset.load(List.of(), "cordon_guard_1", false, List.of("eth0")))
                .isEqualTo(reviewed("selective.nft"));
        assertThat(ruleset.stateFile())
                .startsWith("table inet cordon_isolation\ndelete table inet cordon_isolation\n")
                .doesNotContain("cgroupv2")
                .doesNotContain("netdev")
                .contains("meta skuid 1000 meta l4proto tcp ct mark set 0x00c0ffee accept");
    }

    @Test
    void whenThereIsNoDeviceThenNoFramesAreHooked() {
        Ruleset ruleset = new Ruleset(new Plan(CONTROL, List.of()), MARK);

        assertThat(ruleset.load(List.of(), "cordon_guard_1", true, List.of())).doesNotContain("netdev");
    }

    private static String reviewed(String name) {
        try (InputStream stream = RulesetTest.class.getResourceAsStream(name)) {
            return stream == null ? "no such file" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
