package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of a process, as the kernel tells it (proc(5), VmRSS). */
final class Memory {

    private Memory() {}

    static double residentMebibytes(long pid) throws IOException {
        return mebibytes(pid, "VmRSS:");
    }

    /** The most that it ever was (VmHWM). */
    static double peakMebibytes(long pid) throws IOException {
        return mebibytes(pid, "VmHWM:");
    }

    private static double mebibytes(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")) / 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " has no " + field));
    }
}
