package dev.cordon.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;

/**
 * Sends one request again and again over a few kept TLS connections, to a server on this computer's loopback and to no
 * other. It does as little itself as it can: it shares the processors with what it measures, and says how much it took.
 */
final class HttpsLoad {

    private static final int CONNECTIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI base;
    private final SSLContext tls;
    private final byte[] request;
    private final LongAdder answered = new LongAdder();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    /**
     * @param head request line and headers but Host and Content-Length, each line with its end
     * @throws IllegalArgumentException if the server is not on the loopback
     */
    HttpsLoad(URI base, SSLContext tls, String head, String body) {
        this.base = base;
        this.tls = tls;
        try {
            if (!InetAddress.getByName(base.getHost()).isLoopbackAddress()) {
                throw new IllegalArgumentException(base + " is not on this computer");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("nobody knows " + base.getHost(), e);
        }
        var length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        request = (head + "Host: " + base.getAuthority() + "\r\n" + length + "\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * What was reached.
     *
     * @param perSecond answers of each second
     * @param share percent of both processors' time that this process took, the load generator that is
     */
    record Reached(List<Double> perSecond, double share) {}

    /** @throws IllegalStateException if any answer was not 200 */
    Reached run(int warmUpSeconds, int seconds) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(this::client));
        }
        var reached = measured(warmUpSeconds, seconds);
        over = true;
        for (var thread : threads) {
            thread.join(PATIENCE);
        }
        if (!faults.isEmpty()) {
            throw new IllegalStateException("the load could not be measured", faults.getFirst());
        }
        return reached;
    }

    private Reached measured(int warmUpSeconds, int seconds) throws InterruptedException {
        sample(warmUpSeconds);
        long cpu = ownCpu();
        long began = System.nanoTime();
        var samples = sample(seconds);
        double share = 100.0
                * (ownCpu() - cpu)
                / (System.nanoTime() - began)
                / Runtime.getRuntime().availableProcessors();
        return new Reached(samples, share);
    }

    private List<Double> sample(int seconds) throws InterruptedException {
        var samples = new ArrayList<Double>();
        for (int i = 0; i < seconds && faults.isEmpty(); i++) {
            long began = System.nanoTime();
            long before = answered.sum();
            Thread.sleep(1_000);
            samples.add((answered.sum() - before) / ((System.nanoTime() - began) / 1e9));
        }
        return samples;
    }

    private static long ownCpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
    }

    private void client() {
        while (!over && faults.isEmpty()) {
            try (var connection = HttpsConnection.open(base, tls)) {
                boolean kept = true;
                while (kept && !over) {
                    var answer = connection.send(request);
                    if (answer.status() != 200) {
                        throw new IOException(answer.status() + ": " + answer.body());
                    }
                    kept = answer.kept();
                    answered.increment();
                }
            } catch (IOException | RuntimeException e) {
                faults.add(e);
            }
        }
    }
}
