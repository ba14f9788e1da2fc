package dev.cordon.agent.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.cordon.agent.json.JsonReader;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Collect;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages of made-up machines, and of the one the test runs on, which is only read. */
@Timeout(180)
final class CollectHandlerTest {

    private static final Command COLLECT = Command.newBuilder()
            .setMachineId("a".repeat(40))
            .setSequence(3)
            .setCollect(Collect.getDefaultInstance())
            .build();

    private static final Limits SMALL =
            new Limits(100_000, 250_000, 20, Duration.ofMillis(400), Limits.DEFAULT.freeBytes());

    @TempDir
    Path directory;

    private Path machine = Path.of("");
    private FolderContext context = new FolderContext(Path.of(""));

    @BeforeEach
    void makeFolders() throws IOException {
        machine = Files.createDirectory(directory.resolve("machine"));
        context = new FolderContext(Files.createDirectory(directory.resolve("task")));
    }

    @Test
    void whenItemsAreThereAbsentSlowOrLargeThenTheSummarySaysSoOfEach() throws Exception {
        var text = Files.writeString(machine.resolve("text"), "hello");
        var outcome = collect(
                SMALL,
                Item.Output.of("echo.txt", "echo", "hello", "world"),
                Item.Output.of("none.txt", "no-such-program-anywhere"),
                Item.Output.of("failing.txt", "ls", "/no/such/folder"),
                Item.Output.of("slow.txt", "sh", "-c", "echo begun; sleep 60"),
                Item.Output.of("endless.txt", "yes"),
                new Item.Copy("text", text),
                new Item.Copy("missing", machine.resolve("missing")),
                new Item.Written("broken.txt", "broken", (out, _) -> {
                    out.write('x');
                    throw new IllegalStateException("oops");
                }));
        assertThat(statuses())
                .containsExactly(
                        tuple("echo.txt", "Collected", 12L, ""),
                        tuple("none.txt", "Absent", 0L, "no-such-program-anywhere is not installed"),
                        tuple(
                                "failing.txt",
                                "Collected",
                                content("failing.txt").length() + 0L,
                                "it ended with status 2"),
                        tuple("slow.txt", "TimedOut", 6L, "cut off"),
                        tuple("endless.txt", "Truncated", 100_000L, "cut off"),
                        tuple("text", "Collected", 5L, ""),
                        tuple("missing", "Absent", 0L, "there is no such file"),
                        tuple("broken.txt", "Failed", 1L, "IllegalStateException: oops"));
        assertThat(content("echo.txt")).isEqualTo("hello world\n");
        assertThat(content("slow.txt")).isEqualTo("begun\n");
        assertThat(outcome.getMessage())
                .isEqualTo("4 items collected, 2 absent on this machine, 0 left out as secret, 1 failed, 1 timed out,"
                        + " 0 skipped");
        assertThat(outcome.getUploadsList()).containsExactly("OBJECT_KIND_PACKAGE InvestigationPackage.zip");
        assertThat(outcome.getChecks(0).getDetail()).startsWith("8 entries");
        assertThat(content("CollectionSummaryReport.csv").lines())
                .hasSize(9)
                .contains("\"none.txt\",\"no-such-program-anywhere\",Absent,0,,0,"
                        + "\"no-such-program-anywhere is not installed\"");
        assertHashes();
    }

    @Test
    void whenAFileIsLargerThanTheLimitThenItsEndIsTaken() throws Exception {
        var log = new byte[300_000];
        Arrays.fill(log, (byte) 'a');
        log[log.length - 1] = 'z';
        collect(SMALL, new Item.Copy("log", Files.write(machine.resolve("log"), log)));
        assertThat(content("log")).hasSize(100_000).endsWith("az");
        assertThat(statuses()).containsExactly(tuple("log", "Truncated", 100_000L, "the end of 300000 bytes"));
    }

    @Test
    void whenThePackageIsFullThenTheRestIsSkipped() throws Exception {
        var file = Files.write(machine.resolve("file"), new byte[100_000]);
        collect(
                SMALL,
                new Item.Copy("1", file),
                new Item.Copy("2", file),
                new Item.Copy("3", file),
                new Item.Copy("4", file));
        assertThat(statuses())
                .extracting(line -> line.toList().get(1))
                .containsExactly("Collected", "Collected", "Truncated", "Skipped");
        assertThat(context.uploaded()).isNotEmptyFile();
    }

    @Test
    void whenFilesAreSecretThenOnlyTheirHashIsToldWhateverLeadsToThem() throws Exception {
        var home = Files.createDirectories(machine.resolve("home/.ssh"));
        Files.writeString(home.resolve("id_ed25519"), "hunter2");
        Files.writeString(home.resolve("renamed"), "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2");
        Files.writeString(home.resolve("authorized_keys"), "ssh-ed25519 AAAA");
        Files.createSymbolicLink(home.resolve("link"), Path.of("/etc/shadow"));
        var shadow = Files.createSymbolicLink(machine.resolve("shadow"), Path.of("/etc/shadow"));
        collect(SMALL, new Item.Tree("Users", machine.resolve("home"), 4), new Item.Copy("followed", shadow));
        assertThat(statuses())
                .extracting(line -> Path.of((String) line.toList().get(0)).getFileName() + " "
                        + line.toList().get(1))
                .containsExactlyInAnyOrder(
                        "id_ed25519 LeftOut", "renamed LeftOut", "authorized_keys Collected", "followed LeftOut");
        assertThat(everything())
                .doesNotContain("hunter2")
                .doesNotContain("root:")
                .contains("SHA-256 ");
    }

    @Test
    void whenNamesHoldLineBreaksAndEscapeCodesThenNothingOfThemIsLeft() throws Exception {
        var nasty = machine.resolve("a\nb\u001b[31m\u202e..\\x");
        Files.writeString(nasty, "content");
        collect(
                SMALL,
                new Item.Tree("Temp", machine, 2),
                new Item.Written("listing.txt", "listing", new FileListing(List.of(machine), 3, 100)));
        try (var zip = new ZipFile(context.uploaded().toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()))
                    .allMatch(name -> name.chars().allMatch(c -> c >= ' ' && c < 0x7f))
                    .noneMatch(name -> name.startsWith("/") || name.contains("/../"))
                    .hasSize(4);
        }
        assertThat(content("listing.txt").lines()).hasSize(3);
        assertThat(content("listing.txt")).contains("a\\x0ab\\x1b[31m\\xe2\\x80\\xae..\\x5cx");
        assertThat(content("CollectionSummaryReport.json"))
                .doesNotContain("\u001b")
                .doesNotContain("\u202e");
    }

    @Test
    void whenSpecialFilesLieInAFolderThenTheyAreNotOpened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", machine.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        collect(SMALL, new Item.Tree("Temp", machine, 2), new Item.Copy("fifo", machine.resolve("fifo")));
        assertThat(statuses()).containsExactly(tuple("fifo", "Skipped", 0L, "no regular file"));
    }

    @Test
    void whenCancelledThenItEndsSoonAndNothingIsHandedOver() throws Exception {
        var handler = CollectHandler.of(
                List.of(Item.Output.of("slow.txt", "sleep", "100"), Item.Output.slow("more.txt", "sleep", "100")),
                Limits.DEFAULT,
                Clock.systemUTC());
        var running = new FutureTask<>(() -> handler.run(COLLECT, context));
        Thread.ofVirtual().start(running);
        org.awaitility.Awaitility.await()
                .until(() -> Files.exists(context.folder().resolve("output")));
        context.cancelled = true;
        assertThat(running.get(15, TimeUnit.SECONDS)).isInstanceOf(TaskResult.Cancelled.class);
        assertThat(context.uploaded()).doesNotExist();
    }

    @Test
    void whenTheAgentWasStartedAgainThenTheWholePackageIsHandedOverAndNotMadeAgain() throws Exception {
        context.refusal = "the connection is gone for good";
        assertThatThrownBy(() -> collect(SMALL, Item.Output.of("echo.txt", "echo", "first")))
                .isInstanceOf(TaskException.class);
        context.refusal = "";
        collect(SMALL, Item.Output.of("echo.txt", "echo", "second"));
        assertThat(content("echo.txt")).isEqualTo("first\n");
    }

    @Test
    void whenProgramsAreSlowThenTheyRunBesideTheOthersAndStandInTheirOrder() throws Exception {
        var begun = machine.resolve("begun");
        var waited = machine.resolve("waited");
        collect(
                Limits.DEFAULT,
                new Item.Written("beside.txt", "beside", (out, _) -> {
                    org.awaitility.Awaitility.await()
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> Files.exists(begun));
                    Files.createFile(waited);
                    out.write('x');
                }),
                Item.Output.slow(
                        "slow.txt",
                        "sh",
                        "-c",
                        "touch '" + begun + "'; while ! [ -e '" + waited + "' ]; do sleep 0.05; done; echo slow"),
                Item.Output.of("quick.txt", "echo", "quick"),
                Item.Output.slow("none.txt", "no-such-program-anywhere"),
                Item.Output.slow("last.txt", "echo", "last"));
        assertThat(statuses())
                .containsExactly(
                        tuple("beside.txt", "Collected", 1L, ""),
                        tuple("slow.txt", "Collected", 5L, ""),
                        tuple("quick.txt", "Collected", 6L, ""),
                        tuple("none.txt", "Absent", 0L, "no-such-program-anywhere is not installed"),
                        tuple("last.txt", "Collected", 5L, ""));
        assertThat(content("slow.txt")).isEqualTo("slow\n");
        assertThat(context.folder().resolve("output-0")).doesNotExist();
    }

    @Test
    void whenTheAgentDiesAtAnyStepThenTheNextStartHandsAWholePackageOver() throws Exception {
        var items = new Item[] {
            Item.Output.of("one.txt", "echo", "one"),
            Item.Output.slow("two.txt", "echo", "two"),
            new Item.Copy("three", Files.writeString(machine.resolve("three"), "three"))
        };
        int deaths = 0;
        for (boolean whole = false; !whole; deaths++) {
            var task = Files.createDirectory(directory.resolve("task" + deaths));
            context = new FolderContext(Files.createDirectory(task.resolve("folder")));
            context.stepsToDeath = deaths;
            try {
                collect(SMALL, items);
                whole = true;
            } catch (FolderContext.Death e) {
                // what a process leaves that could close nothing
                Files.writeString(context.folder().resolve("package.part"), "half of a zi");
                Files.writeString(context.folder().resolve("output-0"), "rest");
                context = new FolderContext(context.folder());
                var outcome = collect(SMALL, items);
                assertThat(outcome.getChecks(0).getPassed()).isTrue();
            }
            assertThat(content("one.txt") + content("two.txt") + content("three"))
                    .as("death at step %d", deaths)
                    .isEqualTo("one\ntwo\nthree");
            assertThat(statuses()).extracting(line -> line.toList().get(1)).containsOnly("Collected");
        }
        assertThat(deaths).isEqualTo(6);
    }

    @Test
    void whenThisMachineIsCollectedThenProcessesAreThereWithHashes() throws Exception {
        var result = CollectHandler.ofHost(Clock.systemUTC()).run(COLLECT, context);
        assertThat(result).isInstanceOf(TaskResult.Ended.class);
        var own = content("Processes/processes.jsonl")
                .lines()
                .map(CollectHandlerTest::json)
                .filter(line -> String.valueOf(ProcessHandle.current().pid()).equals(line.get("pid")))
                .findFirst()
                .orElseThrow();
        assertThat((String) own.get("sha256")).hasSize(64);
        assertThat((String) own.get("executable")).endsWith("java");
        assertThat(content("Users and groups/etc/passwd")).contains("root:");
        // a machine with very many files may need longer than a program is given
        assertThat(statuses())
                .filteredOn(line -> !String.valueOf(line.toList().get(0)).startsWith("File listings/"))
                .extracting(line -> line.toList().get(1))
                .doesNotContain("TimedOut");
        assertHashes();
        var listed = items();
        assertThat(listed).hasSizeGreaterThan(100);
        assertThat(listed.stream()
                        .map(item -> String.valueOf(item.get("item")))
                        .map(name -> name.substring(0, Math.max(0, name.indexOf('/'))))
                        .distinct())
                .as("the most volatile first")
                .containsSubsequence(
                        "Processes",
                        "Network connections",
                        "Sessions",
                        "Autoruns",
                        "Services",
                        "Scheduled tasks",
                        "Users and groups",
                        "Installed programs",
                        "Logs",
                        "Temp directories",
                        "File listings");
        assertThat(listed)
                .allSatisfy(item -> assertThat(item.keySet().stream().map(String::valueOf))
                        .containsExactlyInAnyOrder("item", "source", "status", "bytes", "sha256", "millis", "note"));
        assertThat(listed.stream().map(item -> String.valueOf(item.get("source"))))
                .doesNotContain("");
        assertThat(content("CollectionSummaryReport.json")).contains("/etc/shadow\",\"status\":\"LeftOut\"");
    }

    @Test
    void whenAMachineIsCollectedThenEveryKindOfArtefactIsAskedFor() {
        var plan = LinuxPlan.plan();
        assertThat(Stream.concat(plan.first().stream(), plan.rest().stream()).map(CollectHandlerTest::source))
                .contains("/proc, with hashes", "/proc/*/fd", "/proc/*/maps")
                .contains("ss -tuanpe", "ip neigh show", "ip route show table all", "/proc/net/tcp", "/etc/resolv.conf")
                .contains("nft -j list ruleset", "iptables-save", "conntrack -L", "resolvectl --no-pager show-cache")
                .contains("smbstatus", "/proc/self/mounts", "/proc/fs/nfsd/clients")
                .contains("who -a", "loginctl --no-pager list-sessions", "/var/log/wtmp", "/var/log/btmp", "lastlog")
                .contains("dmesg --ctime", "uname -a", "sysctl -a", "/proc/modules", "/proc/cpuinfo", "/etc/os-release")
                .contains("df -hT --local", "/proc/self/mountinfo", "/proc/partitions", "dmidecode --quiet")
                .contains("/etc/systemd/system", "/etc/systemd/user", "/etc/crontab", "/etc/cron.d", "/var/spool/cron")
                .contains(
                        "/var/spool/at", "/etc/rc.local", "/etc/profile.d", "/etc/ld.so.preload", "/etc/xdg/autostart")
                .contains("/etc/udev/rules.d", "/etc/pam.d", "/etc/modules-load.d", "/etc/bash.bashrc")
                .contains(
                        "systemctl --no-pager --full list-unit-files", "systemctl --no-pager list-timers --all", "atq")
                .contains("/etc/passwd", "/etc/group", "/etc/sudoers", "/etc/shadow")
                .contains("rpm -qa --last", "snap list --all", "flatpak list", "/var/log/dpkg.log")
                .contains("docker ps --all --no-trunc", "podman ps --all --no-trunc", "virsh list --all")
                .contains("/var/log/auth.log", "/var/log/secure", "/var/log/audit/audit.log", "clamd --version")
                .anyMatch(source -> source.startsWith("dpkg-query"))
                .anyMatch(source -> source.startsWith("journalctl --no-pager -o export"))
                .anyMatch(source -> source.startsWith("/tmp /var/tmp /dev/shm"))
                .anyMatch(source -> source.startsWith("find / -xdev -type f -perm /6000"))
                .anyMatch(source -> source.startsWith("lsattr"));
    }

    private static String source(Item item) {
        return switch (item) {
            case Item.Output output -> String.join(" ", output.command());
            case Item.Copy copy -> copy.file().toString();
            case Item.Tree tree -> tree.root().toString();
            case Item.Written written -> written.source();
        };
    }

    private Outcome collect(Limits limits, Item... items) throws TaskException, InterruptedException {
        var result =
                CollectHandler.of(List.of(items), limits, Clock.systemUTC()).run(COLLECT, context);
        return ((TaskResult.Ended) result).outcome();
    }

    private String content(String entry) throws IOException {
        try (var zip = new ZipFile(context.uploaded().toFile());
                var in = zip.getInputStream(zip.getEntry(entry))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String everything() throws IOException {
        var all = new StringBuilder();
        try (var zip = new ZipFile(context.uploaded().toFile())) {
            for (var entry : zip.stream().toList()) {
                all.append(content(entry.getName()));
            }
        }
        return all.toString();
    }

    private List<org.assertj.core.groups.Tuple> statuses() throws IOException {
        return items().stream()
                .map(item -> tuple(
                        item.get("item"),
                        item.get("status"),
                        ((Number) Objects.requireNonNull(item.get("bytes"))).longValue(),
                        item.get("note")))
                .toList();
    }

    private List<Map<?, ?>> items() throws IOException {
        var items = (List<?>) Objects.requireNonNull(
                json(content("CollectionSummaryReport.json")).get("items"));
        return items.stream().<Map<?, ?>>map(item -> (Map<?, ?>) item).toList();
    }

    /** The report's hash of each item is that of what is in the package. */
    private void assertHashes() throws Exception {
        int hashed = 0;
        try (var zip = new ZipFile(context.uploaded().toFile())) {
            for (var item : items()) {
                var entry = zip.getEntry((String) item.get("item"));
                if (Objects.equals(item.get("sha256"), "")) {
                    continue;
                }
                hashed++;
                try (var in = zip.getInputStream(entry)) {
                    var hash = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
                    assertThat(item.get("sha256"))
                            .as("%s", item)
                            .isEqualTo(HexFormat.of().formatHex(hash));
                }
            }
            assertThat(hashed).as("all entries but the two reports").isEqualTo(zip.size() - 2);
        }
    }

    private static Map<String, ?> json(String text) {
        try {
            return JsonReader.object(text);
        } catch (Exception e) {
            throw new AssertionError(text, e);
        }
    }
}
