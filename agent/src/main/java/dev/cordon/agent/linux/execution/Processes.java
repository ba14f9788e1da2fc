package dev.cordon.agent.linux.execution;

import java.io.File;
import java.util.Arrays;

/** The processes of this machine, by listing {@code /proc}: without a look at each of them. Stateless. */
final class Processes {

    private static final File PROC = new File("/proc");

    private Processes() {}

    /** Their numbers; none where {@code /proc} cannot be listed. */
    static int[] all() {
        String[] names = PROC.list();
        if (names == null) {
            return new int[0];
        }
        int[] numbers = new int[names.length];
        int count = 0;
        for (var name : names) {
            if (name.charAt(0) <= '9') {
                numbers[count++] = Integer.parseInt(name);
            }
        }
        return Arrays.copyOf(numbers, count);
    }
}
