package dev.cordon.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody with root does to an isolation, and what becomes of it. */
class TamperingTest {

    private static final String RELOADED = """
        flush ruleset
        table inet filter {
            chain input {
                type filter hook input priority filter;
            }
        }
        """;

    @TempDir
    private Path state;

    private LabMachine lab;

    @BeforeEach
    void isolate() {
        LabMachine.needed();
        lab = new LabMachine(state);
        assertThat(lab.onMachine.ask("stream c4 " + lab.server.ipv4().getHostAddress()))
                .isEqualTo("ok");
        assertThat(lab.onMachine.ask("apply " + lab.control())).isEqualTo("ok");
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private void expectPutBack(String... seen) {
        assertThat(lab.onMachine.ask("tampering 3000")).containsAnyOf(seen);
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        assertThat(lab.cut()).isTrue();
        assertThat(lab.onMachine.ask("streams c4")).endsWith("end=no;");
    }

    @Test
    void whenTheRulesetIsFlushedThenItIsPutBack() {
        lab.nft("flush", "ruleset").orThrow();

        expectPutBack("was deleted");
    }

    @Test
    void whenNftablesIsReloadedThenTheRulesArePutBackBesideTheAdministratorsOwn() {
        lab.machine
                .runWithInput(Duration.ofSeconds(10), RELOADED, "nft", "-f", "-")
                .orThrow();

        // the kernel gives out its tables one after the other: a look in the middle of a reload sees some of before
        expectPutBack("was deleted", "has its rules in another order or number");
        assertThat(lab.listing()).contains("table inet filter");
    }

    @Test
    void whenATableIsDeletedThenItIsPutBack() {
        for (String table : List.of("inet cordon_isolation", "netdev cordon_frames")) {
            lab.nft("delete table " + table).orThrow();

            expectPutBack(table + " was deleted");
        }
    }

    @Test
    void whenTheGuardIsDeletedByAnotherProcessThenTheKernelRefuses() {
        Matcher guard = Pattern.compile("table inet (cordon_guard_[0-9a-f]+)").matcher(lab.listing());
        assertThat(guard.find()).isTrue();

        assertThat(lab.nft("delete table inet " + guard.group(1)).status()).isNotZero();
    }

    @Test
    void whenARuleIsAddedOrDeletedThenItIsPutRight() {
        lab.nft("insert rule inet cordon_isolation outbound accept").orThrow();
        expectPutBack("has an alien 'accept'");

        Matcher handle = Pattern.compile("reject with tcp reset # handle (\\d+)")
                .matcher(lab.nft("-a", "list", "table", "inet", "cordon_isolation")
                        .orThrow());
        assertThat(handle.find()).isTrue();
        lab.nft("delete rule inet cordon_isolation outbound handle " + handle.group(1))
                .orThrow();
        expectPutBack("lacks 'meta l4proto tcp reject with tcp reset'");
    }

    @Test
    void whenTheControlSetIsChangedThenItIsPutRight() {
        lab.nft("flush set inet cordon_isolation ctl4").orThrow();
        assertThat(lab.onMachine.ask("tampering 3000")).contains("table inet cordon_isolation lacks 'elements");
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        assertThat(lab.onMachine.ask("stream c4 " + lab.server.ipv4().getHostAddress()))
                .isEqualTo("ok");

        lab.nft("add element netdev cordon_frames ctl4 { 192.0.2.9 . 443 }").orThrow();
        expectPutBack("cordon_frames");
    }

    @Test
    void whenATableIsMadeDormantThenItIsPutRight() {
        lab.nft("add table inet cordon_isolation { flags dormant; }").orThrow();

        expectPutBack("cordon_isolation");
    }

    @Test
    void whenThePolicyIsChangedThenItIsPutRight() {
        lab.nft("add chain inet cordon_isolation forwarded { policy accept; }").orThrow();

        expectPutBack("policy drop");
    }

    @Test
    void whenADeviceAppearsThenItIsCutToo() {
        lab.network().plugIn(lab.machine, "eth1");

        assertThat(eventuallyVerified()).isTrue();
        assertThat(lab.listing()).containsPattern("devices = \\{ \"?eth0\"?, \"?eth1\"? }");
        assertThat(lab.onMachine.ask("raw eth1")).contains("ENOBUFS");

        lab.machine.ip("link delete eth1");
        assertThat(eventuallyVerified()).isTrue();
        assertThat(lab.onMachine.ask("tampering 0")).isEqualTo("nothing");
    }

    private boolean eventuallyVerified() {
        for (int i = 0; i < 20; i++) {
            if (lab.onMachine.ask("verify").startsWith("passed")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whenTheStateFileIsDeletedThenItIsWrittenAgain() throws Exception {
        Files.delete(state.resolve("isolation.nft"));
        lab.nft("add table inet unrelated").orThrow();

        expectPutBack("isolation.nft was deleted");
        assertThat(state.resolve("isolation.nft")).exists();
    }

    @Test
    void whenSomebodyElsesRulesChangeThenNothingIsTold() {
        lab.nft("add table inet unrelated").orThrow();
        lab.nft("delete table inet unrelated").orThrow();

        assertThat(lab.onMachine.ask("tampering 500")).isEqualTo("nothing");
    }

    @Test
    void whenTheRulesAreFlushedInALoopThenTheGuardHoldsAndTheTellingIsLimited() {
        for (int i = 0; i < 40; i++) {
            lab.nft("flush", "ruleset").orThrow();
            assertThat(lab.onMachine.ask("udp " + lab.bystander.ipv4().getHostAddress() + " 9999"))
                    .isNotEqualTo("ok");
        }

        int told = 0;
        while (!lab.onMachine.ask("tampering 300").equals("nothing")) {
            told++;
        }
        assertThat(told).isBetween(5, 20);
        assertThat(eventuallyVerified()).isTrue();
    }

    @Test
    void whenTheAgentIsKilledThenTheMachineStaysCutAndTheNextAgentTakesOver() {
        lab.restart();

        assertThat(lab.onMachine.ask("inforce")).isEqualTo("true");
        assertThat(lab.cut()).isTrue();
        assertThat(lab.onMachine.ask("apply " + lab.control())).isEqualTo("ok");
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        assertThat(lab.onMachine.ask("release")).isEqualTo("ok");
        assertThat(lab.listing()).isEmpty();
        assertThat(lab.open()).isTrue();
    }

    @Test
    void whenTheAgentIsKilledThenTheNextOneCanReleaseAtOnce() {
        lab.restart();

        assertThat(lab.onMachine.ask("release")).isEqualTo("ok");
        assertThat(lab.onMachine.ask("released")).isEqualTo("passed 2");
        assertThat(lab.listing()).isEmpty();
    }

    @Test
    void whenTheMachineBootsThenTheStateFileAloneCutsIt() {
        lab.onMachine.kill();
        lab.nft("flush", "ruleset").orThrow();
        lab.nft("-f", state.resolve("isolation.nft").toString()).orThrow();
        lab.nft("-f", state.resolve("isolation.nft").toString()).orThrow();

        lab.restart();
        assertThat(lab.onMachine.ask("inforce")).isEqualTo("true");
        assertThat(lab.cut()).isTrue();
    }

    /** What an isolation claims rests on its verification: it must fail where packets pass. */
    @Test
    void whenTheRulesAreGoneAndNobodyPutsThemBackThenLookingTellsItAndSoDoesTrying() {
        assertThat(lab.onMachine.ask("close")).isEqualTo("ok");
        lab.nft("flush", "ruleset").orThrow();
        assertThat(lab.onMachine.ask("open " + state)).isEqualTo("ok");
        assertThat(lab.onMachine.ask("stream x " + lab.bystander.ipv4().getHostAddress()))
                .isEqualTo("ok");

        assertThat(lab.onMachine.ask("verify " + lab.control()))
                .contains("ruleset: ")
                .contains("probe-udp4: UDP to port 53 went out")
                .contains("probe-udp6: UDP to port 53 went out")
                .contains("probe-tcp4: ", "probe-tcp6: ")
                .contains("probe-frames: a raw frame went out")
                .containsPattern("connections: [1-9]\\d* are open");
    }

    /** Rules that are in force as a whole, but for one that somebody added, do not pass for an isolation. */
    @Test
    void whenOneRuleIsAlienAndNobodyPutsItRightThenTheVerificationNamesIt() {
        assertThat(lab.onMachine.ask("close")).isEqualTo("ok");
        lab.nft("insert rule inet cordon_isolation outbound accept").orThrow();
        assertThat(lab.onMachine.ask("open " + state)).isEqualTo("ok");

        assertThat(lab.onMachine.ask("verify " + lab.control())).contains("ruleset: ", "has an alien 'accept'");
    }

    @Test
    void whenReleasedThenTheWatcherLeavesItSo() {
        assertThat(lab.onMachine.ask("release")).isEqualTo("ok");
        lab.nft("add table inet unrelated").orThrow();
        lab.nft("flush", "ruleset").orThrow();

        assertThat(lab.onMachine.ask("tampering 500")).isEqualTo("nothing");
        assertThat(lab.listing()).isEmpty();
        assertThat(lab.onMachine.ask("inforce")).isEqualTo("false");
    }

    @Test
    void whenIsolatedAndReleasedFiftyTimesThenNothingIsLeftBehind() {
        assertThat(lab.onMachine.ask("repeat 20")).isEqualTo("ok");
        int descriptors = Integer.parseInt(lab.onMachine.ask("fds"));
        int memory = Integer.parseInt(lab.onMachine.ask("rss"));

        assertThat(lab.onMachine.ask("repeat 50")).isEqualTo("ok");

        assertThat(lab.listing()).isEmpty();
        assertThat(Integer.parseInt(lab.onMachine.ask("fds"))).isLessThanOrEqualTo(descriptors);
        assertThat(Integer.parseInt(lab.onMachine.ask("rss"))).isLessThan(memory + 8_000);
        assertThat(lab.onMachine.ask("close")).isEqualTo("ok");
        assertThat(Integer.parseInt(lab.onMachine.ask("fds"))).isLessThan(descriptors);
    }
}
