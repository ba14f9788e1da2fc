package dev.cordon.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.agent.TestPki;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.SignedCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The channel against the real gateway: whom it trusts, and that nothing is lost when connections break. */
final class ChannelTest {

    private final TestGateway gateway = new TestGateway();
    private final TestConversation agent = new TestConversation();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Log log = Log.to(new PrintStream(said, true, StandardCharsets.UTF_8), Log.Level.INFO);
    private final List<Channel> channels = new ArrayList<>();

    @BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        gateway.heartbeatsAnswered.countDown();
        channels.forEach(Channel::close);
        gateway.close();
    }

    private Channel connect(Identity identity, TestConversation conversation, Duration longestRetry) {
        return connect(identity, conversation, longestRetry, InetAddress::getAllByName, Duration.ofSeconds(60));
    }

    private Channel connect(
            Identity identity,
            TestConversation conversation,
            Duration longestRetry,
            PinnedGateways.NameService names,
            Duration resolveEvery) {
        try {
            var channel = new Channel(
                    identity, Pins.getDefaultInstance(), names, Duration.ofMillis(50), longestRetry, resolveEvery, log);
            channels.add(channel);
            conversation.acknowledge = channel::acknowledge;
            channel.start(conversation);
            return channel;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Channel connect() {
        return connect(gateway.identity(), agent, Duration.ofMillis(500));
    }

    private void welcomed(int times) {
        await().until(() -> agent.welcomes.size() >= times);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private static SignedCommand command(long sequence, int padding) {
        var payload = Command.newBuilder().setSequence(sequence).setActionId("x".repeat(padding));
        return SignedCommand.newBuilder()
                .setPayload(payload.build().toByteString())
                .setSignature(ByteString.copyFromUtf8("signed"))
                .build();
    }

    private void commands(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            gateway.command(sequence, command(sequence, 10));
        }
    }

    @Test
    void whenTheGatewayDiesInBetweenThenEveryCommandComesOnceAndInOrder() {
        gateway.start();
        var channel = connect();
        welcomed(1);
        commands(1, 100);
        await().until(() -> agent.commands.size() >= 10);
        gateway.close();
        commands(101, 150);
        await().until(() -> !channel.standing().startsWith("connected"));
        gateway.start();
        await().until(() -> agent.commands.size() >= 150);
        assertThat(agent.commands)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 150).boxed().toList());
        assertThat(channel.standing()).startsWith("connected to localhost:");
    }

    @Test
    void whenReportsAreNotStoredThenTheyAreRepeatedUntilTheyAreAndInOrder() {
        gateway.reportsThatFail.set(2);
        LongStream.rangeClosed(1, 5).forEach(agent::report);
        gateway.start();
        var channel = connect();
        await().until(agent.unconfirmed::isEmpty);
        assertThat(gateway.reports).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(gateway.hellos).hasSizeGreaterThanOrEqualTo(3);

        gateway.close();
        agent.report(6);
        channel.reportsWaiting();
        gateway.start();
        await().until(agent.unconfirmed::isEmpty);
        assertThat(gateway.reports).endsWith(6L);
        assertThat(agent.welcomes.getLast().getLastReportNumber()).isEqualTo(5);
    }

    @Test
    void whenAnotherAuthorityAnswersThenTheAgentDoesNotTalkToIt() {
        gateway.start(TestPki.authority("server authority"), "localhost");
        var channel = connect();
        await().until(() -> channel.standing().contains("not from the authority"));
        assertThat(channel.standing()).contains("enroll this machine again");
        assertThat(said()).contains("not-connected", "PKIX");
        assertThat(gateway.hellos).isEmpty();
    }

    @Test
    void whenTheCertificateIsForAnotherHostThenTheAgentDoesNotTalkToIt() {
        gateway.start(gateway.authority, "other.test");
        var channel = connect();
        await().until(() -> channel.standing().contains("localhost found"));
        assertThat(channel.standing()).contains("--host");
        assertThat(gateway.hellos).isEmpty();
    }

    /** One that another server issued, or that was revoked while the machine was away: TLS itself refuses it. */
    @Test
    void whenTheGatewayDoesNotKnowTheCertificateThenTheAgentSaysWhatToDoAndComesBackOnceItDoes() {
        gateway.enrolled.clear();
        gateway.start();
        var channel = connect();
        await().until(() -> channel.standing().contains("refuses this machine's certificate"));
        assertThat(channel.standing()).contains("enroll it again");
        assertThat(gateway.hellos).isEmpty();
        gateway.enrolled.add(gateway.identity().chain().getFirst());
        welcomed(1);
    }

    @Test
    void whenTheGatewaysNameMovesWhileConnectedThenItsNewAddressIsPinnedAndWhatIsInUseStays() {
        var answers = new LinkedBlockingQueue<>(List.of("127.0.0.1"));
        var asked = new AtomicInteger();
        gateway.start();
        var channel = connect(
                gateway.identity(),
                agent,
                Duration.ofMillis(500),
                host -> {
                    asked.incrementAndGet();
                    if (answers.isEmpty()) {
                        throw new UnknownHostException(host);
                    }
                    return answers.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
                },
                Duration.ofMillis(50));
        welcomed(1);

        answers.add("192.0.2.44");
        await().untilAsserted(() -> assertThat(pinned(channel)).containsExactlyInAnyOrder("127.0.0.1", "192.0.2.44"));

        answers.clear();
        int before = asked.get();
        await().until(() -> asked.get() > before + 3);
        assertThat(pinned(channel))
                .as("an isolated machine has no name service")
                .containsExactlyInAnyOrder("127.0.0.1", "192.0.2.44");

        answers.add("192.0.2.45");
        await().untilAsserted(() -> assertThat(pinned(channel)).containsExactlyInAnyOrder("127.0.0.1", "192.0.2.45"));
        assertThat(agent.welcomes).hasSize(1);
    }

    private static List<String> pinned(Channel channel) {
        return channel.controlAddresses().stream()
                .map(address -> address.getAddress().getHostAddress())
                .toList();
    }

    @Test
    void whenTheGatewayStopsAnsweringThenTheAgentLooksForItAgain() {
        gateway.heartbeatsAnswered = new CountDownLatch(1);
        gateway.start();
        connect();
        welcomed(1);
        await().until(() -> said().contains("nothing came from the gateway for three heartbeats"));
        gateway.heartbeatsAnswered.countDown();
        welcomed(2);
    }

    @Test
    void whenAMessageIsLargerThanAnyShouldBeThenTheConnectionEndsAndTheNextOneWorks() {
        gateway.start();
        connect();
        welcomed(1);
        gateway.command(1, command(1, WebSocket.MAX_MESSAGE));
        await().until(() -> said().contains("more than " + WebSocket.MAX_MESSAGE + " bytes"));
        gateway.forget(1);
        gateway.command(2, command(2, 10));
        await().until(() -> agent.commands.contains(2L));
        assertThat(agent.commands).containsExactly(2L);
    }

    @Test
    void whenDismissedThenTheAgentSaysThatItHasToBeEnrolledAndDoesNotHammer() throws Exception {
        gateway.start();
        var channel = connect(gateway.identity(), agent, Duration.ofMinutes(10));
        welcomed(1);
        gateway.dismiss();
        await().until(() -> channel.standing().contains("enroll it again"));
        int shown = gateway.shown.size();
        Thread.sleep(1500);
        assertThat(gateway.shown).hasSize(shown);
    }

    @Test
    void whenTheSameMachineConnectsTwiceThenTheFirstGivesWayForLong() throws Exception {
        gateway.start();
        var first = connect(gateway.identity(), agent, Duration.ofMinutes(10));
        welcomed(1);
        var copy = new TestConversation();
        var second = connect(gateway.identity(), copy, Duration.ofMinutes(10));
        await().until(() -> first.standing().contains("connected again"));
        Thread.sleep(1000);
        assertThat(second.standing()).startsWith("connected to");
        assertThat(agent.welcomes).hasSize(1);
    }

    @Test
    void whenTheCertificateIsRenewedThenTheAgentShowsTheNewOneOnANewConnection() throws Exception {
        gateway.start();
        var channel = connect();
        welcomed(1);
        var next = gateway.machineCertificate();
        gateway.enrolled.add(next);
        channel.use(gateway.identity().withChain(List.of(next, gateway.tenant.certificate())));
        welcomed(2);
        assertThat(gateway.shown).last().isEqualTo(next);
    }

    @Test
    void whenTheCertificateIsAskedForThenTheNextOneComesOverTheSameConnection() {
        gateway.start();
        var channel = connect();
        welcomed(1);
        gateway.next = List.of(gateway.machineCertificate(), gateway.tenant.certificate());
        keepWhatComes();
        gateway.enrolled.add(gateway.next.getFirst());
        assertThat(channel.askForCertificate()).isTrue();
        welcomed(2);
        assertThat(gateway.shown).last().isEqualTo(gateway.next.getFirst());
    }

    @Test
    void whenTheCertificateHasRunOutThenTheGatewayGivesTheNextOneAndNothingElse() {
        var old = gateway.identity().chain().getFirst();
        gateway.enrolled.remove(old);
        gateway.lapsed.add(old);
        gateway.next = List.of(gateway.machineCertificate(), gateway.tenant.certificate());
        gateway.start();
        keepWhatComes();
        var channel = connect();
        await().until(() -> said().contains("CERTIFICATE_LAPSED"));
        assertThat(channel.standing()).doesNotStartWith("connected");
        gateway.enrolled.add(gateway.next.getFirst());
        welcomed(1);
        assertThat(gateway.shown).contains(old).last().isEqualTo(gateway.next.getFirst());
    }

    private void keepWhatComes() {
        agent.renewed = certificate -> {
            assertThat(certificate.getChainCount()).isEqualTo(2);
            try {
                channels.getLast().use(gateway.identity().withChain(gateway.next));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        };
    }

    @Test
    void whenTheConnectionBreaksAfterAQuestionThenTheNextOneBringsTheAnswer() {
        var channel = connect();
        var answer = channel.signOfLife();
        await().until(() -> said().contains("not-connected"));
        assertThat(answer).isNotDone();
        gateway.start();
        await().until(answer::isDone);
        await().until(() -> channel.signOfLife().isDone() || channel.standing().startsWith("connected"));
    }
}
