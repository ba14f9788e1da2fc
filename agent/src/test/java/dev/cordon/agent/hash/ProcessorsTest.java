package dev.cordon.agent.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ProcessorsTest {

    @Test
    void whenAThreadAvoidsAProcessorThenItMayUseAllTheOthers() throws Exception {
        var seen = new ArrayList<List<Integer>>();
        inAThread(processors -> {
            var all = allowed();
            seen.add(all);
            for (var avoided : List.of(all.getLast(), all.getFirst())) {
                processors.avoid(avoided);
                seen.add(allowed());
            }
        });
        var all = seen.getFirst();
        assumeTrue(all.size() > 1, "this machine lets a process use one processor only");
        assertThat(seen).containsExactly(all, all.subList(0, all.size() - 1), all.subList(1, all.size()));
    }

    @Test
    void whenThereIsNoSuchProcessorThenNothingChanges() throws Exception {
        var seen = new ArrayList<List<Integer>>();
        inAThread(processors -> {
            seen.add(allowed());
            processors.avoid(-1);
            processors.avoid(1 << 20);
            seen.add(allowed());
        });
        assertThat(seen.getLast()).isEqualTo(seen.getFirst());
    }

    private static void inAThread(Consumer<Processors> work) throws InterruptedException {
        Thread.ofPlatform()
                .start(() -> {
                    try (var arena = Arena.ofConfined()) {
                        work.accept(new Processors(arena));
                    }
                })
                .join();
    }

    @Test
    void whenAThreadAsksThenItIsToldAProcessorItMayUse() {
        assertThat(allowed()).contains(Processors.current());
    }

    private static List<Integer> allowed() {
        try {
            var list = Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .findFirst()
                    .orElseThrow();
            var processors = new ArrayList<Integer>();
            var ranges = Pattern.compile("(\\d+)(?:-(\\d+))?").matcher(list);
            while (ranges.find()) {
                int first = Integer.parseInt(ranges.group(1));
                int last = ranges.group(2) == null ? first : Integer.parseInt(ranges.group(2));
                for (int i = first; i <= last; i++) {
                    processors.add(i);
                }
            }
            return processors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
