package dev.cordon.agent;

import dev.cordon.agent.blocklist.BlockLists;
import dev.cordon.agent.breakglass.BreakGlass;
import dev.cordon.agent.breakglass.LocalSocket;
import dev.cordon.agent.channel.Channel;
import dev.cordon.agent.command.CommandIntake;
import dev.cordon.agent.command.Enforcement;
import dev.cordon.agent.command.IsolationWorker;
import dev.cordon.agent.command.Offboarding;
import dev.cordon.agent.command.ReportedEvents;
import dev.cordon.agent.command.Reports;
import dev.cordon.agent.command.ServerClock;
import dev.cordon.agent.command.Tasks;
import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.enrollment.IdentityStore;
import dev.cordon.agent.enrollment.Renewal;
import dev.cordon.agent.facts.FactsSource;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.platform.Platform;
import dev.cordon.agent.platform.Surroundings;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.agent.upload.Uploads;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One agent: keeps the machine as it was last told to be, and its channel to the gateway. {@link #start} returns once
 * the machine's isolation is as the journal says; the connection is made in the background.
 *
 * <p>Safe for use by many threads; many agents may run in one process. Starts once.
 */
public final class Agent implements AutoCloseable {

    private static final Duration TEND_EVERY = Duration.ofSeconds(10);

    private final AgentSettings settings;
    private final Platform platform;
    private final FactsSource facts;
    private final Clock clock;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private Log log;
    private volatile @Nullable Channel channel;
    private volatile Runnable offboarded = () -> {};

    /** @param platform makes the parts that act on the machine; they are closed with the agent */
    public Agent(AgentSettings settings, Platform platform, FactsSource facts, Clock clock) {
        this.settings = settings;
        this.platform = platform;
        this.facts = facts;
        this.clock = clock;
        this.log = settings.log();
    }

    /**
     * @throws AgentException if the machine is not enrolled, the state directory is in use by another agent, or the
     *     journal is damaged
     */
    public synchronized void start() throws AgentException {
        var state = new StateDirectory(settings.stateDirectory());
        try {
            var identity = new IdentityStore(state)
                    .load()
                    .orElseThrow(() -> new AgentException(
                            "this machine is not enrolled (nothing in " + state.path()
                                    + "): run 'cordon agent enroll --server URL --token TOKEN' first",
                            null));
            running.push(state.tryLock()
                    .orElseThrow(() -> new AgentException(
                            "another agent is running on " + state.path() + "; only one may", null)));
            log = settings.log().with("machine", identity.machineId());
            start(state, identity, keep(Journal.open(state.journal(), log)));
        } catch (AgentException e) {
            close();
            throw e;
        } catch (IOException | EnrollmentException | JournalException | GeneralSecurityException e) {
            close();
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
    }

    private void start(StateDirectory state, Identity identity, Journal journal)
            throws IOException, GeneralSecurityException {
        var connection = new Channel(
                identity,
                journal.read(JournalState::pins),
                settings.firstRetry(),
                settings.longestRetry(),
                settings.resolveEvery(),
                log);
        channel = connection;
        var reports = new Reports(identity, clock);
        var serverClock = new ServerClock(clock);
        var isolation = keep(platform.isolation());
        var enforcement = new Enforcement(
                isolation, journal, reports, connection::controlAddresses, connection::reportsWaiting, log);
        enforcement.restore();

        var worker = keep(new IsolationWorker(journal, reports, enforcement, connection, clock, serverClock, log));
        var events = keep(new ReportedEvents(journal, reports, connection, log));
        var execution = keep(platform.execution(events));
        var blockLists = BlockLists.open(state.path(), identity, execution, log);
        var handlers = platform.handlers(new Surroundings(state.path(), identity, execution, blockLists, clock, log));
        handlers.forEach(this::keep);
        var uploads = new Uploads(connection, log);
        var offboarding = new Offboarding(journal, enforcement, blockLists, handlers);
        var all = new ArrayList<>(handlers);
        all.add(offboarding);
        var tasks = keep(new Tasks(all, journal, reports, serverClock, connection, uploads, state.tasks(), log));
        offboarding.besides(tasks);
        tasks.restore();
        var departure = new Departure(journal, () -> leave(state), log);
        var intake = keep(new CommandIntake(
                identity,
                journal,
                reports,
                enforcement,
                tasks,
                blockLists,
                serverClock,
                connection,
                () -> {
                    worker.workWaiting();
                    tasks.workWaiting();
                },
                log));
        worker.start();
        tasks.start();
        intake.start();
        var certificates =
                new CertificateKeeper(identity, new Renewal(state, log), connection, serverClock::now, closing, log);
        running.push(connection);
        connection.start(new AgentConversation(
                journal,
                reports,
                enforcement,
                tasks,
                intake,
                execution,
                blockLists,
                uploads,
                connection,
                departure,
                certificates,
                facts,
                serverClock,
                log));
        Thread.ofVirtual().name("tending").start(() -> tend(enforcement, departure));
        Thread.ofVirtual().name("renewal").start(certificates);
        Thread.ofVirtual().name("rehearsal").start(blockLists::rehearse);
        if (settings.localSocket()) {
            var status = new Status(identity, connection::standing, serverClock);
            keep(LocalSocket.open(
                    state.socket(),
                    () -> journal.read(status::describe),
                    () -> CapabilityText.of(tasks.capabilities(), execution.blocking()),
                    new BreakGlass(journal, reports, enforcement, connection::reportsWaiting, log),
                    log));
        }
        log.info("started", "tenant", identity.tenantId(), "version", Main.VERSION);
    }

    private <T extends AutoCloseable> T keep(T part) {
        running.push(part);
        return part;
    }

    private void tend(Enforcement enforcement, Departure departure) {
        try {
            while (!closing.await(TEND_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                enforcement.tend();
                departure.look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Run once after the agent was taken off its machine by the server, has deleted its keys and closed itself. */
    public void onOffboarded(Runnable action) {
        offboarded = action;
    }

    private void leave(StateDirectory state) {
        close();
        try {
            Departure.forget(state);
        } catch (IOException e) {
            log.error(e, "keys-not-deleted", "state", state.path());
        }
        offboarded.run();
    }

    /** How the channel stands, in plain words. */
    public String channelStanding() {
        var connection = channel;
        return connection == null ? "not started" : connection.standing();
    }

    /** Ends the connection and leaves the machine as it is: an isolation stays in force. */
    @Override
    public synchronized void close() {
        closing.countDown();
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                log.warn(e, "not-closed-properly");
            }
        }
    }
}
