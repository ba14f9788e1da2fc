package dev.cordon.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.protocol.wire.Direction;
import dev.cordon.protocol.wire.IsolationExclusion;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

    private static final Set<InetSocketAddress> CONTROL = Set.of(new InetSocketAddress("198.51.100.20", 8444));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "10.0.0.1; flush ruleset",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0",
                "010.0.0.1",
                "256.1.1.1",
                "2001:db8::/129",
                "2001:db8::1%eth0",
                "fe80::zz",
                ":",
                "} accept",
                "10.0.0.1\n",
                "10.0.0.1/8 /8",
                "１０.0.0.1"
            })
    void whenADestinationIsNotAnAddressThenItIsRefused(String destination) {
        expectRefused(exclusion().addDestinations(destination), "neither an IP address nor a CIDR block");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root\"", "a b", "root;", "$(id)", "../x", "-x", "1000"})
    void whenAUserNameIsNotANameThenItIsRefused(String user) {
        expectRefused(exclusion().setUser(user), "is not a user name");
    }

    @Test
    void whenAUserDoesNotExistThenTheErrorSaysSo() {
        expectRefused(exclusion().setUser("nobody-of-this-name"), "there is no user 'nobody-of-this-name'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh", "a/b.service", "\".service", "..\\x.service", "x y.service"})
    void whenAServiceNameIsNotAUnitThenItIsRefused(String service) {
        expectRefused(exclusion().setService(service), "is not the name of a systemd service");
    }

    @Test
    void whenAnExclusionIsContradictoryThenTheErrorNamesIt() {
        expectRefused(exclusion(), "the exclusion 'backup' names no destination, user or service");
        expectRefused(exclusion().addDestinations("10.0.0.1").setProtocol("icmp"), "neither tcp nor udp");
        expectRefused(exclusion().addDestinations("10.0.0.1").addPorts(0), "not between 1 and 65535");
        expectRefused(exclusion().addDestinations("10.0.0.1").addPorts(65536), "not between 1 and 65535");
        expectRefused(exclusion().addDestinations("10.0.0.1").addPorts(-1), "not between 1 and 65535");
        expectRefused(
                exclusion().setUser("root").setDirection(Direction.DIRECTION_INBOUND),
                "is inbound, so it cannot name a user or a service");
    }

    @Test
    void whenNoGatewayIsKnownThenNothingIsCut() {
        var spec = new IsolationSpec(IsolationSpec.Mode.FULL, List.of(), Set.of());

        assertThatThrownBy(() -> Plan.of(spec, Map.of()))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("let the agent connect once before isolating");
    }

    @Test
    void whenTheIsolationIsFullThenExclusionsAreNotLookedAt() throws IsolationException {
        var spec = new IsolationSpec(
                IsolationSpec.Mode.FULL,
                List.of(exclusion().addDestinations("10.0.0.1").build()),
                CONTROL);

        assertThat(Plan.of(spec, Plan.users(spec)).flows()).isEmpty();
    }

    @Test
    void whenBlocksOverlapThenTheWiderOnesAreKeptWithoutHostBits() throws IsolationException {
        List<Prefix> prefixes = Prefix.disjoint(List.of(
                Prefix.parse("10.1.2.3"),
                Prefix.parse("10.255.0.1/8"),
                Prefix.parse("10.0.0.0/9"),
                Prefix.parse("2001:DB8::5/32"),
                Prefix.parse("::ffff:192.0.2.7")));

        assertThat(prefixes.stream().map(Prefix::text))
                .containsExactly("10.0.0.0/8", "2001:0db8:0000:0000:0000:0000:0000:0000/32", "192.0.2.7");
    }

    private static IsolationExclusion.Builder exclusion() {
        return IsolationExclusion.newBuilder().setName("backup");
    }

    private static void expectRefused(IsolationExclusion.Builder exclusion, String message) {
        var spec = new IsolationSpec(IsolationSpec.Mode.SELECTIVE, List.of(exclusion.build()), CONTROL);

        assertThatThrownBy(() -> Plan.of(spec, Plan.users(spec)))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining(message);
    }
}
