package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.finder.Finder;
import dev.cordon.agent.finder.Place;
import dev.cordon.agent.finder.Processes;
import dev.cordon.agent.finder.Running;
import dev.cordon.agent.finder.Search;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out {@code RequestSample}: finds the file where it was seen, in running processes, then on the disks; copies it
 * through one open descriptor, and hands the copy over only if the copy has the hash that was asked for.
 */
final class SampleHandler implements TaskHandler {

    private static final int BUFFER = 256 * 1024;

    private final Surroundings around;
    private final Finder finder;

    SampleHandler(Surroundings around, Finder finder) {
        this.around = around;
        this.finder = finder;
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(Command.OrderCase.REQUEST_SAMPLE);
    }

    @Override
    public Lane lane() {
        return Lane.FILES;
    }

    @Override
    public Capability capability() {
        return Capability.newBuilder()
                .setName("SampleCollection")
                .setSupport(Support.SUPPORT_ENFORCED)
                .build();
    }

    @Override
    public String check(Command command) {
        return HashCheck.problem(command.getRequestSample().getHash());
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        var problem = check(command);
        if (!problem.isEmpty()) {
            throw new TaskException(problem);
        }
        var order = command.getRequestSample();
        var search = finder.search(FileHash.of(order.getHash()), QuarantineTask.watch(context));
        List<Source> sources;
        try {
            sources = find(search, order.getPath(), context);
        } catch (InterruptedException e) {
            if (context.cancelled()) {
                return new TaskResult.Cancelled();
            }
            throw e;
        }
        String last = "No file with this hash was found: " + search.files() + " files on the disks and all processes"
                + " were looked at. " + String.join(" ", search.shortcomings());
        for (var source : sources) {
            try {
                var copy = context.folder().toRealPath().resolve("sample");
                var sha256 = copy(source, search.wanted(), copy);
                if (sha256.isPresent()) {
                    var upload = context.upload(copy, ObjectKind.OBJECT_KIND_SAMPLE, shownName(source.path()));
                    return ended(source.path(), sha256.get(), Files.size(copy), upload);
                }
                last = source.path() + " changed while it was copied.";
            } catch (IOException e) {
                last = source.path() + " could not be copied: " + e.getMessage() + ".";
            }
        }
        throw new TaskException(last.strip());
    }

    /**
     * Where to copy from.
     *
     * @param path shown to people
     */
    private record Source(RawPath path, Opening opening) {

        interface Opening {
            Handle open() throws FileCallException;
        }
    }

    /** Where it is, as few of them as need to be looked for. */
    private List<Source> find(Search search, String path, TaskContext context) throws InterruptedException {
        if (!path.isEmpty()) {
            try {
                if (search.lookAt(RawPath.parse(path))) {
                    return places(search);
                }
            } catch (IllegalArgumentException e) {
                around.log().info("path-of-sample-not-taken", "why", e.getMessage());
            }
        }
        context.progress(1, "looking at running processes");
        List<Source> running = new ArrayList<>();
        for (var process : new Processes(around.files()).find(search)) {
            if (search.lookAt(process.path())) {
                return places(search);
            }
            if (process.how() == Running.How.PROGRAM) {
                // its name is gone, the kernel still has it
                byte[] program = ("/proc/" + process.pid() + "/exe").getBytes(StandardCharsets.US_ASCII);
                running.add(new Source(
                        process.path(),
                        () -> new Handle(around.files(), around.files().openFollowing(program))));
            }
        }
        if (running.isEmpty()) {
            search.sweep(around.disks().get(), Set.of(RawPath.of(around.stateDirectory())));
            return places(search);
        }
        return running;
    }

    private List<Source> places(Search search) {
        return search.places().stream()
                .map(place -> new Source(place.path(), () -> open(place)))
                .toList();
    }

    private Handle open(Place place) throws FileCallException {
        try (var folder = Handle.folder(around.files(), place.path().parent())) {
            return folder.file(place.path().name());
        }
    }

    /** The copy's SHA-256, if the copy has the hash that is wanted. */
    private Optional<FileHash> copy(Source source, FileHash wanted, Path copy)
            throws IOException, InterruptedException {
        Files.deleteIfExists(copy);
        var to = RawPath.of(copy);
        var calls = around.files();
        try (var file = source.opening().open();
                var target = Handle.folder(calls, to.parent());
                var written = target.create(to.name());
                var hasher = FileHasher.open()) {
            var stat = file.stat();
            if (!stat.isRegular()) {
                return Optional.empty();
            }
            long room = calls.free(target.descriptor());
            if (stat.size() > room) {
                throw new IOException(
                        "it has " + stat.size() + " bytes, and the disk of the agent's state directory has room"
                                + " for " + room + ": free space there and try again");
            }
            var buffer = ByteBuffer.allocateDirect(BUFFER);
            long at = 0;
            while (at < stat.size() && calls.read(file.descriptor(), buffer.clear(), at) > 0) {
                int count = buffer.position();
                calls.write(written.descriptor(), buffer.flip(), at);
                at += count;
                if (Thread.interrupted()) {
                    throw new InterruptedException("copying the sample was interrupted");
                }
            }
            var hashes = hasher.hash(
                    written.descriptor(), EnumSet.of(wanted.algorithm(), HashAlgorithm.SHA256), FileHasher.NO_LIMIT);
            return hashes.matches(wanted) ? Optional.of(hashes.sha256()) : Optional.empty();
        } catch (FileCallException e) {
            if (e.full()) {
                throw new IOException("the disk of the agent's state directory is full", e);
            }
            throw e;
        }
    }

    private static String shownName(RawPath path) {
        return RawPath.shown(path.name());
    }

    private static TaskResult ended(RawPath path, FileHash sha256, long size, String upload) {
        return new TaskResult.Ended(Outcome.newBuilder()
                .setResult(Result.RESULT_SUCCEEDED)
                .setMessage("The file was found at " + path + " and handed over.")
                .addAllFiles(List.of(FileResult.newBuilder()
                        .setPath(path.toString())
                        .setStatus(FileStatus.FILE_STATUS_COLLECTED)
                        .setSha256(sha256.hex())
                        .setSize(size)
                        .build()))
                .addChecks(Check.newBuilder()
                        .setName("content")
                        .setPassed(true)
                        .setDetail("the copy that was handed over has the requested hash"))
                .addUploads(upload)
                .build());
    }
}
