package dev.cordon.agent;

import com.google.protobuf.ByteString;
import dev.cordon.agent.channel.Channel;
import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.enrollment.Renewal;
import dev.cordon.agent.log.Log;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Renews the machine's certificate in time, for as long as the agent runs. Looks a minute after the start, when the
 * server's time is known, and then about every hour; a fleet that was enrolled at once does not renew at once.
 *
 * <p>It asks over the channel, which an isolation leaves open; without a connection it asks the server's API, as does an
 * agent whose gateway is gone. Thread-safe.
 */
final class CertificateKeeper implements Runnable {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofMinutes(30);
    private static final Duration LONGEST = Duration.ofMinutes(90);

    private final Renewal renewal;
    private final Channel channel;
    private final Supplier<Instant> now;
    private final CountDownLatch closing;
    private final Log log;
    private Identity identity;

    /** @param closing down to zero when the agent ends */
    CertificateKeeper(
            Identity identity,
            Renewal renewal,
            Channel channel,
            Supplier<Instant> now,
            CountDownLatch closing,
            Log log) {
        this.identity = identity;
        this.renewal = renewal;
        this.channel = channel;
        this.now = now;
        this.closing = closing;
        this.log = log;
    }

    @Override
    public void run() {
        try {
            var wait = FIRST;
            while (!closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                renewIfDue();
                wait = Duration.ofMillis(ThreadLocalRandom.current().nextLong(SHORTEST.toMillis(), LONGEST.toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void renewIfDue() {
        if (!Renewal.due(identity, now.get()) || channel.askForCertificate()) {
            return;
        }
        try {
            use(renewal.renew(identity, now.get()));
        } catch (EnrollmentException | GeneralSecurityException e) {
            notRenewed(e);
        }
    }

    /** A certificate has come over the channel: kept and used from the next connection on, which is made at once. */
    synchronized void came(List<ByteString> chain) {
        try {
            use(renewal.keep(identity, chain));
        } catch (EnrollmentException | GeneralSecurityException e) {
            notRenewed(e);
        }
    }

    private void use(Identity renewed) throws GeneralSecurityException {
        identity = renewed;
        channel.use(renewed);
    }

    private void notRenewed(Exception e) {
        var ends = identity.chain().getFirst().getNotAfter();
        log.warn(e, "certificate-not-renewed", "valid-until", ends, "server", identity.server());
    }
}
