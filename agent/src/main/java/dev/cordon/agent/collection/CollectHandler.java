package dev.cordon.agent.collection;

import dev.cordon.agent.storage.DurableFiles;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Support;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Collects the investigation package and hands it over. The zip is written in the command's folder under a name of its
 * own until it is whole, so an agent that is started again either hands over what is there or collects anew. Reads
 * the machine and changes nothing on it. Used by one thread.
 */
public final class CollectHandler implements TaskHandler {

    private static final int BUFFER = 32 * 1024;

    private final Supplier<Plan> plan;
    private final Limits limits;
    private final List<String> missing;
    private final Clock clock;

    private CollectHandler(Supplier<Plan> plan, Limits limits, List<String> missing, Clock clock) {
        this.plan = plan;
        this.limits = limits;
        this.missing = List.copyOf(missing);
        this.clock = clock;
    }

    /** For the machine this process runs on. */
    public static CollectHandler ofHost(Clock clock) {
        boolean root = "root".equals(System.getProperty("user.name"));
        return new CollectHandler(
                LinuxPlan::plan,
                Limits.DEFAULT,
                root ? List.of() : List.of("The agent does not run as root: much of the package will be missing."),
                clock);
    }

    static CollectHandler of(List<Item> plan, Limits limits, Clock clock) {
        return new CollectHandler(() -> new Plan(List.of(), plan), limits, List.of(), clock);
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(Command.OrderCase.COLLECT);
    }

    @Override
    public Lane lane() {
        return Lane.COLLECTION;
    }

    @Override
    public Capability capability() {
        return Capability.newBuilder()
                .setName("InvestigationPackage")
                .setSupport(missing.isEmpty() ? Support.SUPPORT_ENFORCED : Support.SUPPORT_PARTIAL)
                .addAllLimits(missing)
                .build();
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        var whole = context.folder().resolve("package.zip");
        var message = "collected before the agent was started again";
        try {
            if (!Files.exists(whole)) {
                var summary = collect(command.getMachineId(), context);
                if (context.cancelled()) {
                    return new TaskResult.Cancelled();
                }
                message = summary.sentence();
                keep(context.folder().resolve("package.part"), whole);
            }
            var check = readBack(whole);
            context.progress(90, "handing the package over");
            var upload = context.upload(whole, ObjectKind.OBJECT_KIND_PACKAGE, "InvestigationPackage.zip");
            return new TaskResult.Ended(Outcome.newBuilder()
                    .setResult(Result.RESULT_SUCCEEDED)
                    .setMessage(message)
                    .addChecks(check)
                    .addUploads(upload)
                    .build());
        } catch (TaskException e) {
            if (context.cancelled()) {
                return new TaskResult.Cancelled();
            }
            throw e;
        } catch (IOException e) {
            throw new TaskException(
                    "the package could not be written (" + e.getMessage() + "); free space on the agent's disk", e);
        }
    }

    private Summary collect(String machineId, TaskContext context) throws IOException, InterruptedException {
        var since = clock.instant();
        var items = plan.get();
        var folder = context.folder();
        try (var ahead = new Ahead(folder, limits, context::cancelled);
                var zip = new ZipOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(folder.resolve("package.part")), BUFFER))) {
            var collection = new Collection(zip, folder.resolve("output"), limits, ahead, context::cancelled);
            int all = items.first().size() + items.rest().size();
            add(items.first(), 0, all, collection, context);
            ahead.begin(items.rest());
            add(items.rest(), items.first().size(), all, collection, context);
            var summary = new Summary(machineId, since, clock.instant(), collection.done());
            zip.putNextEntry(new ZipEntry("CollectionSummaryReport.json"));
            summary.json(zip);
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("CollectionSummaryReport.csv"));
            summary.csv(zip);
            zip.closeEntry();
            return summary;
        }
    }

    private static void add(List<Item> items, int before, int all, Collection collection, TaskContext context)
            throws IOException, InterruptedException {
        for (int i = 0; i < items.size() && !context.cancelled(); i++) {
            context.progress((before + i) * 90 / all, items.get(i).entry());
            collection.add(items.get(i));
        }
    }

    private static void keep(Path part, Path whole) throws IOException {
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(whole);
    }

    /** Reads the whole zip again: every entry's checksum is compared on the way. */
    private static Check readBack(Path file) throws IOException {
        long since = System.nanoTime();
        int entries = 0;
        long bytes = 0;
        var buffer = new byte[BUFFER];
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            while (zip.getNextEntry() != null) {
                entries++;
                for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
                    bytes += read;
                }
            }
        }
        return Check.newBuilder()
                .setName("package")
                .setPassed(true)
                .setDetail(entries + " entries, " + bytes + " bytes in " + Files.size(file))
                .setMillis((int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since))
                .build();
    }
}
