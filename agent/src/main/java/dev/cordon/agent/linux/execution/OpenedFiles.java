package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells code from data among files that are opened, not started: programs and libraries whoever opens them, because the
 * dynamic loader maps them in every process; scripts only where an interpreter opens them. Everything else may be opened.
 * For one thread.
 */
final class OpenedFiles {

    private static final int HEAD_BYTES = 20;
    private static final int MOST_ARGUMENTS = 4_096;
    private static final int ELF_EXECUTABLE = 2;
    private static final int ELF_SHARED = 3;
    private static final List<String> INTERPRETERS = List.of(
            "bash", "dash", "sh", "ksh", "mksh", "zsh", "fish", "busybox", "python", "pypy", "perl", "ruby", "lua",
            "tclsh", "wish", "php", "node", "deno", "bun", "java", "awk", "gawk", "mawk", "expect", "pwsh", "guile");

    private final Kernel kernel;
    private final MemorySegment buffer;

    OpenedFiles(Kernel kernel) {
        this.kernel = kernel;
        this.buffer = kernel.allocate(MOST_ARGUMENTS);
    }

    /** What a file is to the one who opens it. */
    enum Kind {
        CODE,
        /** To this one; to an interpreter it could be code. */
        DATA
    }

    Kind kind(Pending pending) {
        long length = kernel.pread(pending.descriptor(), buffer.asSlice(0, HEAD_BYTES), 0);
        if (length >= HEAD_BYTES && isProgram()) {
            return Kind.CODE;
        }
        if (!isInterpreter(kernel, pending.pid())) {
            return Kind.DATA;
        }
        boolean code = (length >= 2 && buffer.get(JAVA_BYTE, 0) == '#' && buffer.get(JAVA_BYTE, 1) == '!')
                || hasScriptName(kernel.link("/proc/self/fd/" + pending.descriptor()))
                || isArgument(pending);
        return code ? Kind.CODE : Kind.DATA;
    }

    private boolean isProgram() {
        return buffer.get(JAVA_BYTE, 0) == 0x7f
                && buffer.get(JAVA_BYTE, 1) == 'E'
                && buffer.get(JAVA_BYTE, 2) == 'L'
                && buffer.get(JAVA_BYTE, 3) == 'F'
                && (buffer.get(JAVA_BYTE, 16) == ELF_EXECUTABLE || buffer.get(JAVA_BYTE, 16) == ELF_SHARED);
    }

    /** By the name of its program, with any version behind it. */
    static boolean isInterpreter(Kernel kernel, int pid) {
        String program = kernel.link("/proc/" + pid + "/exe");
        String name = program.substring(program.lastIndexOf('/') + 1);
        for (var interpreter : INTERPRETERS) {
            if (name.startsWith(interpreter)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasScriptName(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 && PackageDatabase.SCRIPTS.contains(name.substring(dot + 1));
    }

    /** Whether it is the first argument that is no option, as in {@code sh file}. */
    private boolean isArgument(Pending pending) {
        String argument = firstArgument(pending.pid());
        if (argument == null) {
            return false;
        }
        String process = "/proc/" + pending.pid();
        var found = kernel.stateBehind(
                argument.startsWith("/") ? process + "/root" + argument : process + "/cwd/" + argument);
        return found != null && found.id().equals(pending.state().id());
    }

    private @Nullable String firstArgument(int pid) {
        int file = kernel.open("/proc/" + pid + "/cmdline");
        if (file < 0) {
            return null;
        }
        try {
            long length = kernel.pread(file, buffer, 0);
            if (length <= 0) {
                return null;
            }
            String line = new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
            var arguments = List.of(line.split("\0", -1));
            return arguments.stream()
                    .skip(1)
                    .filter(argument -> !argument.isEmpty() && !argument.startsWith("-"))
                    .findFirst()
                    .orElse(null);
        } finally {
            kernel.close(file);
        }
    }
}
