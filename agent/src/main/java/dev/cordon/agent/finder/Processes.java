package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which processes run a file (proc_pid_exe(5), proc_pid_maps(5), proc_pid_cmdline(5)): as their program, also where its
 * name is gone; as code they have loaded; as a script they interpret. Goes by what is open, not by names. Stateless.
 */
public final class Processes {

    private static final Pattern INTERPRETER = Pattern.compile(
            "(?:ba|da|z|k|mk|c|tc|fi)?sh|busybox|python[0-9.]*|pypy[0-9.]*|perl[0-9.]*|ruby[0-9.]*|node(?:js)?|deno|bun"
                    + "|php[0-9.]*|lua[0-9.]*|luajit|tclsh[0-9.]*|expect|awk|gawk|mawk|java|mono|pwsh|Rscript|R");
    private static final int LINE_MAX = 8_192;
    private static final int MANY_FDS = 256;
    private static final int MANY_WORDS = 16;

    private final FileCalls calls;

    public Processes(FileCalls calls) {
        this.calls = calls;
    }

    /** The processes that run what is searched; what ends meanwhile is not among them. */
    public List<Running> find(Search search) throws InterruptedException {
        var looked = new HashMap<String, Boolean>();
        List<Running> found = new ArrayList<>();
        for (int pid : pids()) {
            check(pid, search, looked).ifPresent(found::add);
        }
        return found;
    }

    /** Whether this process runs it now. */
    public Optional<Running> check(int pid, Search search) throws InterruptedException {
        return check(pid, search, new HashMap<>());
    }

    private Optional<Running> check(int pid, Search search, Map<String, Boolean> looked) throws InterruptedException {
        try (var folder = Handle.folder(calls, RawPath.of("/proc/" + pid))) {
            var program = program(folder, pid, search);
            if (program.isPresent()) {
                return program;
            }
            var loaded = loaded(folder, pid, search, looked);
            return loaded.isPresent() ? loaded : script(folder, pid, search);
        } catch (IOException e) {
            // ended, or a thread of the kernel
            return Optional.empty();
        }
    }

    private Optional<Running> program(Handle folder, int pid, Search search) throws IOException, InterruptedException {
        byte[] name = ascii("exe");
        if (!isWanted("/proc/" + pid + "/exe", search)) {
            return Optional.empty();
        }
        return Optional.of(running(folder, pid, Running.How.PROGRAM, calls.readLink(folder.descriptor(), name)));
    }

    private boolean isWanted(String path, Search search) throws IOException, InterruptedException {
        try (var file = new Handle(calls, calls.openFollowing(ascii(path)))) {
            return search.matches(file, file.stat());
        }
    }

    private Optional<Running> loaded(Handle folder, int pid, Search search, Map<String, Boolean> looked)
            throws IOException, InterruptedException {
        try (var lines = new TextLines(calls, folder.file(ascii("maps")), LINE_MAX)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                // 55d0-55d1 r-xp 00000000 fe:00 1234   /path
                var fields = line.get().split(" +", 6);
                if (fields.length < 6 || fields[1].charAt(2) != 'x' || fields[4].equals("0")) {
                    continue;
                }
                var wanted = looked.get(fields[3] + fields[4]);
                if (wanted == null) {
                    wanted = isMapped(pid, fields[0], search);
                    looked.put(fields[3] + fields[4], wanted);
                }
                if (wanted) {
                    return Optional.of(
                            running(folder, pid, Running.How.LOADED, fields[5].getBytes(StandardCharsets.ISO_8859_1)));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isMapped(int pid, String range, Search search) throws InterruptedException {
        try {
            return isWanted("/proc/" + pid + "/map_files/" + range, search);
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<Running> script(Handle folder, int pid, Search search) throws IOException, InterruptedException {
        var program = new String(calls.readLink(folder.descriptor(), ascii("exe")), StandardCharsets.ISO_8859_1);
        var name = program.substring(program.lastIndexOf('/') + 1).replace(" (deleted)", "");
        if (!INTERPRETER.matcher(name).matches()) {
            return Optional.empty();
        }
        var open = openScript(folder, pid, search);
        return open.isPresent() ? open : namedScript(folder, pid, search);
    }

    private Optional<Running> openScript(Handle folder, int pid, Search search)
            throws IOException, InterruptedException {
        var scratch = ByteBuffer.allocateDirect(8_192);
        try (var descriptors = new Handle(calls, calls.openFolder(folder.descriptor(), ascii("fd")))) {
            int seen = 0;
            for (var entries = calls.next(descriptors.descriptor(), scratch);
                    !entries.isEmpty() && seen < MANY_FDS;
                    entries = calls.next(descriptors.descriptor(), scratch)) {
                for (var entry : entries) {
                    seen++;
                    byte[] target = calls.readLink(descriptors.descriptor(), entry.name());
                    var path = "/proc/" + pid + "/fd/" + new String(entry.name(), StandardCharsets.US_ASCII);
                    // devices are left alone: opening one can have effects
                    boolean file = target.length > 0 && target[0] == '/' && !startsWith(target, "/dev/");
                    if (file && isWanted(path, search)) {
                        return Optional.of(running(folder, pid, Running.How.SCRIPT, target));
                    }
                }
            }
        } catch (FileCallException e) {
            // closed meanwhile
        }
        return Optional.empty();
    }

    private Optional<Running> namedScript(Handle folder, int pid, Search search)
            throws IOException, InterruptedException {
        byte[] line = read(folder, "cmdline", LINE_MAX);
        int start = 0;
        int words = 0;
        for (int i = 0; i < line.length && words < MANY_WORDS; i++) {
            if (line[i] != 0) {
                continue;
            }
            byte[] word = Arrays.copyOfRange(line, start, i);
            start = i + 1;
            if (words++ > 0 && word.length > 0 && word[0] != '-' && isScript(pid, word, search)) {
                byte[] path = word[0] == '/' ? word : concat(calls.readLink(folder.descriptor(), ascii("cwd")), word);
                return Optional.of(running(folder, pid, Running.How.SCRIPT, path));
            }
        }
        return Optional.empty();
    }

    private boolean isScript(int pid, byte[] word, Search search) throws InterruptedException {
        byte[] base = ascii("/proc/" + pid + (word[0] == '/' ? "/root" : "/cwd/"));
        byte[] path = Arrays.copyOf(base, base.length + word.length);
        System.arraycopy(word, 0, path, base.length, word.length);
        try (var file = new Handle(calls, calls.openFollowing(path))) {
            return search.matches(file, file.stat());
        } catch (IOException e) {
            return false;
        }
    }

    private Running running(Handle folder, int pid, Running.How how, byte[] path) throws IOException {
        var name = RawPath.shown(read(folder, "comm", 64)).replace("\\x0A", "");
        try {
            return new Running(pid, how, name, RawPath.of(path));
        } catch (IllegalArgumentException e) {
            return new Running(pid, how, name, RawPath.ROOT);
        }
    }

    private byte[] read(Handle folder, String name, int limit) throws IOException {
        try (var file = folder.file(ascii(name))) {
            var bytes = ByteBuffer.allocateDirect(limit);
            while (bytes.hasRemaining() && calls.read(file.descriptor(), bytes, bytes.position()) > 0) {
                // until all of it is there
            }
            byte[] text = new byte[bytes.position()];
            bytes.flip().get(text);
            return text;
        }
    }

    private List<Integer> pids() {
        List<Integer> pids = new ArrayList<>();
        var scratch = ByteBuffer.allocateDirect(32 * 1024);
        try (var proc = Handle.folder(calls, RawPath.of("/proc"))) {
            for (var entries = calls.next(proc.descriptor(), scratch);
                    !entries.isEmpty();
                    entries = calls.next(proc.descriptor(), scratch)) {
                for (var entry : entries) {
                    if (Character.isDigit(entry.name()[0])) {
                        pids.add(Integer.parseInt(new String(entry.name(), StandardCharsets.US_ASCII)));
                    }
                }
            }
        } catch (FileCallException e) {
            // without /proc there is nothing to be seen
        }
        return pids;
    }

    private static boolean startsWith(byte[] text, String start) {
        byte[] bytes = ascii(start);
        return text.length >= bytes.length && Arrays.equals(text, 0, bytes.length, bytes, 0, bytes.length);
    }

    private static byte[] concat(byte[] folder, byte[] name) {
        byte[] joined = Arrays.copyOf(folder, folder.length + 1 + name.length);
        joined[folder.length] = '/';
        System.arraycopy(name, 0, joined, folder.length + 1, name.length);
        return joined;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
