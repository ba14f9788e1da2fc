package dev.cordon.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Sends one request again and again over a few kept TLS connections, to a server on this computer's loopback and to no
 * other. It does as little itself as it can: it shares the processors with what it measures, and says how much it took.
 */
final class HttpsLoad {

    private static final int CONNECTIONS = 8;
    private static final int LONGEST_LINE = 16 << 10;
    private static final int ANSWER_LIMIT = 1 << 20;
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
            try (var socket = connect()) {
                var in = new BufferedInputStream(socket.getInputStream(), 8 << 10);
                var out = socket.getOutputStream();
                boolean kept = true;
                while (kept && !over) {
                    out.write(request);
                    out.flush();
                    kept = answer(in);
                    answered.increment();
                }
            } catch (IOException | RuntimeException e) {
                faults.add(e);
            }
        }
    }

    private SSLSocket connect() throws IOException {
        var plain = new Socket(base.getHost(), base.getPort());
        plain.setTcpNoDelay(true);
        plain.setSoTimeout((int) PATIENCE.toMillis());
        var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, base.getHost(), base.getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** Reads one answer; false if the server closes behind it. */
    private static boolean answer(BufferedInputStream in) throws IOException {
        var status = line(in);
        long length = 0;
        boolean chunked = false;
        boolean kept = true;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var folded = header.toLowerCase(Locale.ROOT);
            if (folded.startsWith("content-length:")) {
                length = Long.parseLong(
                        folded.substring("content-length:".length()).strip());
            }
            chunked |= folded.startsWith("transfer-encoding:") && folded.endsWith("chunked");
            kept &= !folded.equals("connection: close");
        }
        var body = chunked ? chunks(in) : exactly(in, length);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status + ": " + new String(body, StandardCharsets.UTF_8));
        }
        return kept;
    }

    private static byte[] chunks(BufferedInputStream in) throws IOException {
        var last = new byte[0];
        for (long size = size(in); size > 0; size = size(in)) {
            last = exactly(in, size);
            line(in);
        }
        line(in);
        return last;
    }

    private static long size(BufferedInputStream in) throws IOException {
        return Long.parseLong(line(in).split(";", 2)[0].strip(), 16);
    }

    private static byte[] exactly(BufferedInputStream in, long length) throws IOException {
        if (length > ANSWER_LIMIT) {
            throw new IOException("an answer of " + length + " bytes");
        }
        var body = in.readNBytes((int) length);
        if (body.length < length) {
            throw new IOException("the answer ends early");
        }
        return body;
    }

    private static String line(BufferedInputStream in) throws IOException {
        var line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new IOException("the answer's head ends early");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
