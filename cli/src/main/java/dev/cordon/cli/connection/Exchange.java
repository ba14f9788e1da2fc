package dev.cordon.cli.connection;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Requests and answers of HTTP/1.1 (RFC 9112), one after the other over one connection: what the commands need of it,
 * and nothing that would have to be started first. For one thread at a time.
 */
final class Exchange {

    private static final int HEAD_LIMIT = 64 * 1024;

    private final Wire wire;
    private final InputStream in;
    private Duration patience = Duration.ofSeconds(45);
    private long since;
    private boolean whole;

    Exchange(Wire wire) {
        this.wire = wire;
        this.in = new BufferedInputStream(new Timed(wire.in()), 16 * 1024);
    }

    /**
     * The head of an answer and its body, which is read while it comes.
     *
     * @param headers by their names in any case; of several with one name the last
     * @param length of the body in bytes; -1 if the server did not say
     */
    record Head(int status, Map<String, String> headers, long length, InputStream body, boolean reusable) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    Wire wire() {
        return wire;
    }

    /** All that is read from now on must have come by then. */
    void within(Duration time) {
        this.patience = time;
        this.since = System.nanoTime();
        this.whole = true;
    }

    /** From now on it may take as long as it wants, as long as something comes now and then. */
    void silence(Duration longest) {
        this.patience = longest;
        this.whole = false;
    }

    private final class Timed extends Bytes {

        private final InputStream from;

        Timed(InputStream from) {
            this.from = from;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Duration left = whole ? patience.minusNanos(System.nanoTime() - since) : patience;
            try {
                if (!left.isPositive()) {
                    throw new SocketTimeoutException();
                }
                wire.patience(left);
                return from.read(bytes, offset, length);
            } catch (SocketTimeoutException e) {
                throw new IOException(
                        (whole ? "no answer within " : "nothing came for ") + patience.toSeconds() + " s", e);
            }
        }
    }

    /** Sends a request. */
    void send(String method, String authority, String path, Map<String, String> headers, String body)
            throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(authority)
                .append("\r\nUser-Agent: cordon-cli\r\n");
        headers.forEach((name, value) ->
                head.append(name).append(": ").append(plain(value)).append("\r\n"));
        if (content.length > 0 || !method.equals("GET")) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[start.length + content.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(content, 0, whole, start.length, content.length);
        wire.out().write(whole);
        wire.out().flush();
    }

    private static String plain(String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("a header cannot hold this: it has characters beyond ASCII");
        }
        return value;
    }

    /** Waits for the head of the answer. */
    Head answer() throws IOException {
        while (true) {
            int[] left = {HEAD_LIMIT};
            String line = line(left);
            int status = status(line);
            Map<String, String> headers = headers(left);
            if (status >= 200) {
                return head(line, status, headers);
            }
        }
    }

    private static int status(String line) throws IOException {
        int status = line.length() >= 12 && line.startsWith("HTTP/1.") ? (int) number(line.substring(9, 12), 10) : -1;
        if (status < 100) {
            throw new IOException("what answers does not speak HTTP/1.1");
        }
        return status;
    }

    /** A number of plain digits; -1 if it is none. */
    private static long number(String digits, int radix) {
        boolean plain = !digits.isEmpty()
                && digits.length() < 16
                && digits.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
        return plain ? Long.parseLong(digits, radix) : -1;
    }

    private Head head(String line, int status, Map<String, String> headers) throws IOException {
        boolean open = line.startsWith("HTTP/1.1")
                && !headers.getOrDefault("Connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("close");
        if (status == 204 || status == 304) {
            return new Head(status, headers, 0, InputStream.nullInputStream(), open);
        }
        if (headers.getOrDefault("Transfer-Encoding", "").equalsIgnoreCase("chunked")) {
            return new Head(status, headers, -1, new Chunks(), open);
        }
        String length = headers.get("Content-Length");
        if (length == null) {
            return new Head(status, headers, -1, in, false);
        }
        long bytes = number(length, 10);
        if (bytes < 0) {
            throw new IOException("the length of the answer is no number");
        }
        return new Head(status, headers, bytes, new Counted(bytes), open);
    }

    private Map<String, String> headers(int[] left) throws IOException {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private String line(int[] left) throws IOException {
        var line = new StringBuilder(80);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended before the answer");
            }
            if (--left[0] <= 0) {
                throw new IOException("the head of the answer is too long");
            }
            line.append((char) c);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    /** A body of known length. */
    private final class Counted extends Bytes {

        private long left;

        Counted(long length) {
            this.left = length;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException(left + " bytes of the answer are missing");
            }
            left -= read;
            return read;
        }
    }

    /** A body in pieces (RFC 9112, section 7.1). */
    private final class Chunks extends Bytes {

        private long left;
        private boolean begun;
        private boolean ended;

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                next();
            }
            if (ended) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the answer ended in the middle");
            }
            left -= read;
            return read;
        }

        private void next() throws IOException {
            int[] limit = {HEAD_LIMIT};
            if (begun) {
                line(limit);
            }
            begun = true;
            String size = line(limit);
            int extension = size.indexOf(';');
            left = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (left < 0) {
                throw new IOException("a piece of the answer has no size");
            }
            if (left == 0) {
                ended = true;
                headers(limit);
            }
        }
    }
}
