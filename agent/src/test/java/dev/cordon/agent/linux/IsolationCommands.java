package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.IsolationExclusion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a {@link Peer} can be told about isolating the machine it is in. */
final class IsolationCommands {

    private final BlockingQueue<String> tampering = new LinkedBlockingQueue<>();
    private @Nullable NetworkIsolation isolation;
    private @Nullable IsolationSpec spec;

    String obey(String[] words) throws Exception {
        return switch (words[0]) {
            case "open" -> open(words);
            case "tampering" -> {
                String told = tampering.poll(Long.parseLong(words[1]), TimeUnit.MILLISECONDS);
                yield told == null ? "nothing" : told;
            }
            default -> {
                if (isolation == null) {
                    throw new IllegalStateException("not opened");
                }
                yield obey(isolation, words);
            }
        };
    }

    private String open(String[] words) {
        Path directory = Path.of(words[1]);
        isolation = words.length > 2
                ? LinuxNetworkIsolation.open(directory, NftProgram.open().map(Nft.class::cast))
                : LinuxNetworkIsolation.open(directory);
        isolation.onTampering(new NetworkIsolation.TamperListener() {
            @Override
            public void reapplied(String whatWasSeen) {
                tampering.add(whatWasSeen);
            }

            @Override
            public void reapplyFailed(String whatWasSeen, IsolationException reason) {
                tampering.add("failed: " + whatWasSeen + ": " + reason.getMessage());
            }
        });
        return "ok";
    }

    private String obey(NetworkIsolation open, String[] words) throws Exception {
        return switch (words[0]) {
            case "first" -> first(open, words);
            case "apply" -> {
                IsolationSpec asked = spec(words);
                open.apply(asked);
                spec = asked;
                yield "ok";
            }
            case "update" -> {
                open.updateControl(control(words[1]));
                yield "ok";
            }
            case "release" -> {
                open.release();
                yield "ok";
            }
            case "verify" -> failed(open.verify(words.length > 1 ? spec(words) : current()));
            case "checks" ->
                open.verify(current()).stream()
                        .map(check -> check.getName() + " " + check.getDetail() + " " + check.getMillis() + " ms")
                        .collect(Collectors.joining("; "));
            case "released" -> failed(open.verifyReleased());
            case "inforce" -> String.valueOf(open.inForce());
            case "probe" ->
                open.probe().getSupport().name() + " " + open.probe().getLimitsList();
            case "repeat" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    open.apply(current());
                    open.release();
                }
                yield "ok";
            }
            case "measure" -> measure(open, Integer.parseInt(words[1]));
            case "close" -> {
                open.close();
                isolation = null;
                yield "ok";
            }
            default -> throw new IllegalArgumentException("unknown command " + words[0]);
        };
    }

    private IsolationSpec current() {
        if (spec == null) {
            throw new IllegalStateException("nothing applied");
        }
        return spec;
    }

    private static String failed(List<Check> checks) {
        String failed = checks.stream()
                .filter(check -> !check.getPassed())
                .map(check -> check.getName() + ": " + check.getDetail())
                .collect(Collectors.joining("; "));
        return failed.isEmpty() ? "passed " + checks.size() : failed;
    }

    private static Set<InetSocketAddress> control(String text) throws IOException {
        Set<InetSocketAddress> control = new HashSet<>();
        for (String host : text.split(",", -1)) {
            control.add(new InetSocketAddress(InetAddress.getByName(host), Peer.CONTROL_PORT));
        }
        return control;
    }

    private static IsolationSpec spec(String[] words) throws IOException {
        List<IsolationExclusion> exclusions = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            exclusions.add(IsolationExclusion.parseFrom(Base64.getDecoder().decode(words[i])));
        }
        return new IsolationSpec(
                exclusions.isEmpty() ? IsolationSpec.Mode.FULL : IsolationSpec.Mode.SELECTIVE,
                exclusions,
                control(words[1]));
    }

    /** What an agent does when it starts, and then the first isolation of its life; in milliseconds. */
    private String first(NetworkIsolation open, String[] words) throws Exception {
        long start = System.nanoTime();
        open.probe();
        long probed = System.nanoTime();
        spec = spec(words);
        long asked = System.nanoTime();
        open.apply(spec);
        long applied = System.nanoTime();
        String failed = failed(open.verify(spec));
        long verified = System.nanoTime();
        return "probe %d apply %d verify %d %s"
                .formatted(
                        (probed - start) / 1_000_000,
                        (applied - asked) / 1_000_000,
                        (verified - applied) / 1_000_000,
                        failed);
    }

    private String measure(NetworkIsolation open, int runs) throws Exception {
        long[] apply = new long[runs];
        long[] verify = new long[runs];
        long[] release = new long[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            open.apply(current());
            long applied = System.nanoTime();
            List<Check> checks = open.verify(current());
            long verified = System.nanoTime();
            if (!failed(checks).startsWith("passed")) {
                return failed(checks);
            }
            open.release();
            apply[i] = applied - start;
            verify[i] = verified - applied;
            release[i] = System.nanoTime() - verified;
        }
        return "apply " + figures(apply) + ", verify " + figures(verify) + ", release " + figures(release);
    }

    private static String figures(long[] nanos) {
        Arrays.sort(nanos);
        return "p50 %.1f ms p99 %.1f ms"
                .formatted(nanos[nanos.length / 2] / 1e6, nanos[(int) Math.ceil(nanos.length * 0.99) - 1] / 1e6);
    }

    static String encoded(IsolationExclusion exclusion) {
        return Base64.getEncoder().encodeToString(exclusion.toByteArray());
    }
}
