package dev.cordon.protocol.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.foreign.CLibrary;
import dev.cordon.protocol.memory.IdlePages.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IdlePagesTest {

    @Test
    void whenAMappingCouldHoldChangesThenItIsLeftAlone() {
        var smaps = List.of(
                "1000-201000 r-xp 00000000 fe:00 1                          /lib/code.so",
                "Size:               2048 kB",
                "Rss:                1024 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:             0 kB",
                "VmFlags: rd ex mr mw me",
                "201000-401000 r--p 00200000 fe:00 1                        /lib/relocated.so",
                "Rss:                1024 kB",
                "Private_Dirty:         4 kB",
                "Anonymous:             4 kB",
                "VmFlags: rd mr mw me",
                "401000-601000 rw-p 00000000 fe:00 2                        /cache",
                "Rss:                1024 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:             0 kB",
                "VmFlags: rd wr mr mw me",
                "601000-801000 r--p 00000000 00:00 0 ",
                "Rss:                1024 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:             0 kB",
                "VmFlags: rd mr mw me",
                "801000-901000 r--p 00000000 fe:00 3                        /a name-with: signs",
                "Rss:                 512 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:             0 kB",
                "VmFlags: rd mr mw me",
                "901000-a01000 r--p 00000000 fe:00 3                        /lib/relocated-and-swapped.so",
                "Rss:                 512 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:             0 kB",
                "Swap:                  4 kB",
                "VmFlags: rd mr mw me",
                "a01000-a02000 r--p 00000000 fe:00 4                        /too/small",
                "Rss:                   4 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:             0 kB",
                "VmFlags: rd mr mw me");
        assertThat(IdlePages.unchanged(smaps))
                .containsExactly(
                        new Mapping(smaps.getFirst(), 0x1000, 0x201000),
                        new Mapping(
                                "801000-901000 r--p 00000000 fe:00 3                        /a name-with: signs",
                                0x801000,
                                0x901000));
    }

    @Test
    void whenPagesAreGivenBackThenLessOfTheProgramIsResidentAndItRunsOn() throws IOException {
        long before = residentOfFiles();
        assertThat(IdlePages.giveBack(IdlePages.unchanged(), CLibrary.STANDARD.function("madvise", 3)))
                .isPositive();
        assertThat(residentOfFiles()).isLessThan(before);
    }

    @Test
    void whenAMappingIsGoneOrAnotherIsInItsPlaceThenItIsNotTouched() throws IOException {
        var known = IdlePages.unchanged();
        var other = new Mapping(known.getFirst().head() + ".other", 0x1000, 0x2000);
        assertThat(IdlePages.stillThere(List.of(known.getFirst(), other))).containsExactly(known.getFirst());
    }

    private static long residentOfFiles() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssFile:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
