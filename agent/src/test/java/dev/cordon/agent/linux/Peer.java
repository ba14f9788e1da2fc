package dev.cordon.agent.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs in a lab machine: it answers on some ports, tries the network when told to on standard input, and
 * can isolate the machine it is in. One line of answer for a command.
 */
final class Peer {

    static final int[] PORTS = {53, 9999};
    static final int CONTROL_PORT = 8443;
    static final byte[] RAW_SOURCE = {2, 0, 0, 0, 0, 0x5e};

    private static final int PATIENCE_MILLIS = 400;

    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private final AtomicLong heard = new AtomicLong();
    private @Nullable IsolationCommands isolation;
    private @Nullable FrameCounter frames;

    private Peer() {}

    public static void main(String[] arguments) throws IOException {
        Peer peer = new Peer();
        for (int port : PORTS) {
            peer.echoUdp(port);
            peer.echoTcp(port);
        }
        peer.serveStreams(CONTROL_PORT);
        System.out.println("ready");
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                System.exit(0);
            }
            String answer;
            try {
                answer = peer.obey(line.split(" ", -1));
            } catch (Exception e) {
                answer = "error: " + e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            System.out.println(answer.replace('\n', ' '));
        }
    }

    private String obey(String[] words) throws Exception {
        return switch (words[0]) {
            case "udp" -> udp(words[1], Integer.parseInt(words[2]));
            case "tcp" -> tcp(words[1], Integer.parseInt(words[2]));
            case "icmp" -> InetAddress.getByName(words[1]).isReachable(PATIENCE_MILLIS) ? "ok" : "no answer";
            case "raw" -> raw(words[1]);
            case "stream" -> {
                var stream = Stream.to(new InetSocketAddress(words[2], CONTROL_PORT));
                streams.put(words[1], stream);
                yield "ok";
            }
            case "streams" -> streams(words[1]);
            case "count" -> {
                frames = FrameCounter.start(words[1], words[2]);
                yield "ok";
            }
            case "counted" -> frames == null ? "nothing" : frames.finish();
            case "heard" -> String.valueOf(heard.get());
            case "fds" -> String.valueOf(descriptors());
            case "rss" ->
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("RssAnon:"))
                        .findFirst()
                        .orElse("?")
                        .replaceAll("[^0-9]", "");
            case "pid" -> String.valueOf(ProcessHandle.current().pid());
            default -> {
                if (isolation == null) {
                    isolation = new IsolationCommands();
                }
                yield isolation.obey(words);
            }
        };
    }

    static long descriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }

    private static String udp(String host, int port) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(new byte[] {1}, 1, InetAddress.getByName(host), port));
            socket.receive(new DatagramPacket(new byte[8], 8));
            return "ok";
        } catch (IOException e) {
            return "failed: " + e.getMessage();
        }
    }

    private static String tcp(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(1);
            return socket.getInputStream().read() == 1 ? "ok" : "failed: closed";
        } catch (IOException e) {
            return "failed: " + e.getMessage();
        }
    }

    private static String raw(String device) throws IOException {
        int socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW, 0);
        try {
            byte[] frame = new byte[60];
            java.util.Arrays.fill(frame, 0, 6, (byte) 0xff);
            System.arraycopy(RAW_SOURCE, 0, frame, 6, 6);
            frame[12] = (byte) 0x88;
            frame[13] = (byte) 0xb5;
            int result =
                    LibC.sendTo(socket, frame, SocketAddress.frame(LibC.interfaceIndex(device), 0x88b5, new byte[6]));
            return result > 0 ? "ok" : "failed: " + LibC.error(-result);
        } finally {
            LibC.close(socket);
        }
    }

    private void echoUdp(int port) throws IOException {
        DatagramSocket socket = new DatagramSocket(port);
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
                    socket.receive(packet);
                    heard.incrementAndGet();
                    socket.send(packet);
                } catch (IOException e) {
                    // the next packet may be answered again
                }
            }
        });
    }

    private void echoTcp(int port) throws IOException {
        ServerSocket server = new ServerSocket(port);
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    heard.incrementAndGet();
                    Thread.ofVirtual().start(() -> echo(socket));
                } catch (IOException e) {
                    // the next connection may be accepted again
                }
            }
        });
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the connection is over
        }
    }

    private void serveStreams(int port) throws IOException {
        ServerSocket server = new ServerSocket(port);
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    String from = socket.getInetAddress().getHostAddress();
                    streams.put("from-" + from, new Stream(socket));
                } catch (IOException e) {
                    // the next connection may be accepted again
                }
            }
        });
    }

    private String streams(String prefix) {
        StringBuilder text = new StringBuilder();
        streams.forEach((name, stream) -> {
            if (name.startsWith(prefix)) {
                text.append(name).append(' ').append(stream.state()).append(';');
            }
        });
        return text.toString();
    }
}
