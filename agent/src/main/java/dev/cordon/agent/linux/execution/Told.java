package dev.cordon.agent.linux.execution;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** Says in a sentence who was refused what. Stateless. */
final class Told {

    private Told() {}

    /** Reads of the one who waits; he is there as long as he is not answered. */
    static String about(Kernel kernel, Pending pending, Verdict verdict, String sha256) {
        String file = Names.readable(kernel.link("/proc/self/fd/" + pending.descriptor()));
        return file + (sha256.isEmpty() ? "" : " (SHA-256 " + sha256 + ")") + " by " + chain(kernel, pending.pid())
                + (pending.opened() ? " opening it" : "") + ": "
                + switch (verdict) {
                    case BLOCKED -> "its hash is blocked";
                    case UNTRUSTED -> "it is not trusted on this restricted machine";
                    case WATCHED -> "it is not trusted, and would be refused if the machine were restricted";
                    case ALLOWED -> "allowed";
                };
    }

    private static String chain(Kernel kernel, int pid) {
        var text = new StringBuilder(process(kernel, pid));
        parent(kernel, pid).ifPresent(parent -> text.append(", child of ").append(process(kernel, parent)));
        return text.toString();
    }

    private static String process(Kernel kernel, int pid) {
        String program = kernel.link("/proc/" + pid + "/exe");
        return "process " + pid + (program.isEmpty() ? "" : " (" + Names.readable(program) + ")");
    }

    /** The fourth field of {@code stat}; the second is a name in brackets that may hold anything. */
    private static OptionalInt parent(Kernel kernel, int pid) {
        int file = kernel.open("/proc/" + pid + "/stat");
        if (file < 0) {
            return OptionalInt.empty();
        }
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            var buffer = arena.allocate(512);
            long length = kernel.pread(file, buffer, 0);
            if (length <= 0) {
                return OptionalInt.empty();
            }
            String stat = new String(
                    buffer.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE),
                    StandardCharsets.ISO_8859_1);
            var fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
            int parent = fields.size() > 1 ? Integer.parseInt(fields.get(1)) : 0;
            return parent > 0 ? OptionalInt.of(parent) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        } finally {
            kernel.close(file);
        }
    }
}
