package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteDatabaseTest {

    @TempDir
    private Path folder;

    @Test
    void whenTheDiskIsFullThenTheErrorSaysSoAndWhatWasThereStays() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: mounts a small private file system");
        var mount = Files.createDirectory(folder.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount.toString());
        try (var database = SqliteDatabase.open(mount.resolve("cordon.db"))) {
            database.write(sql -> sql.execute("CREATE TABLE blobs (value BLOB)"));
            database.write(sql -> sql.execute("INSERT INTO blobs VALUES (zeroblob(1000))"));
            assertThatThrownBy(() -> database.write(sql -> sql.execute("INSERT INTO blobs VALUES (zeroblob(5000000))")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is full: nothing was changed. Free space.");
            assertThat(count(database)).isEqualTo(1);
            database.write(sql -> sql.execute("INSERT INTO blobs VALUES (zeroblob(1000))"));
            assertThat(count(database)).isEqualTo(2);
        } finally {
            run("umount", mount.toString());
        }
    }

    @Test
    void whenAQueryTakesTooLongThenItIsEndedAndTheReaderGoesOn() {
        try (var database = SqliteDatabase.open(folder.resolve("cordon.db"), Duration.ofMillis(200))) {
            assertThatThrownBy(() -> database.read(sql -> sql.fetch(
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Narrow it.");
            assertThat(database.<Integer>read(sql -> sql.fetchCount(sql.selectOne())))
                    .isEqualTo(1);
        }
    }

    @Test
    void whenAReadTriesToWriteThenItIsRefused() {
        try (var database = SqliteDatabase.open(folder.resolve("cordon.db"))) {
            assertThatThrownBy(() -> database.read(sql -> sql.execute("CREATE TABLE t (i INTEGER)")))
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void whenWorkCallsTheDatabaseAgainThenItIsToldSoInsteadOfHanging() {
        try (var database = SqliteDatabase.open(folder.resolve("cordon.db"))) {
            assertThatThrownBy(() -> database.write(outer -> database.<Integer>read(inner -> 1)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whenTheFileIsNoDatabaseThenTheErrorSaysWhatToDo() throws IOException {
        var file = folder.resolve("cordon.db");
        Files.writeString(file, "this was never a database, but it is long enough to look like something".repeat(20));
        assertThatThrownBy(() -> SqliteDatabase.open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("restore the data directory from a backup");
    }

    /** What waits while the disk is busy shares the next commit, and a piece of work that fails takes nobody with it. */
    @Test
    void whenManyWaitToWriteThenOneCommitTakesThemAllButTheOneThatFails() throws Exception {
        try (var database = SqliteDatabase.open(folder.resolve("cordon.db"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            database.write(sql -> sql.execute("CREATE TABLE words (word TEXT)"));
            var begun = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            var first = threads.submit(() -> database.write(sql -> {
                begun.countDown();
                return await(goOn) ? sql.execute("INSERT INTO words VALUES ('first')") : 0;
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            var waiting = IntStream.range(0, 20)
                    .mapToObj(i -> new Thread(() -> database.write(sql -> {
                        sql.execute("INSERT INTO words VALUES (?)", "w" + i);
                        if (i == 7) {
                            throw new IllegalArgumentException("not this one");
                        }
                        return i;
                    })))
                    .peek(thread -> thread.setUncaughtExceptionHandler((_, _) -> {}))
                    .peek(Thread::start)
                    .toList();
            var limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (waiting.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
                assertThat(System.nanoTime()).isLessThan(limit);
                TimeUnit.MILLISECONDS.sleep(1);
            }
            long before = database.commits();

            goOn.countDown();
            first.get(30, TimeUnit.SECONDS);
            for (var thread : waiting) {
                assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
            }

            assertThat(database.commits())
                    .as("that of the first and one for all others")
                    .isEqualTo(before + 2);
            assertThat(database.<List<String>>read(
                            sql -> sql.fetch("SELECT word FROM words").map(row -> row.get(0, String.class))))
                    .hasSize(20)
                    .contains("first", "w0", "w19")
                    .doesNotContain("w7");
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What a process said was committed is there after it was killed without warning. */
    @Test
    void whenTheProcessIsKilledThenNothingAcknowledgedIsLost() throws Exception {
        var file = folder.resolve("cordon.db");
        var random = new Random(7);
        int acknowledged = 0;
        for (int round = 0; round < 4; round++) {
            acknowledged = Math.max(acknowledged, lastWordOfAKilledWriter(file, 300 + random.nextInt(400)));
            try (var database = SqliteDatabase.open(file)) {
                assertThat(database.<Integer>read(sql -> number(sql, "SELECT coalesce(max(n), 0) FROM acks")))
                        .isGreaterThanOrEqualTo(acknowledged);
            }
        }
        assertThat(acknowledged).isPositive();
    }

    private int lastWordOfAKilledWriter(Path file, int millis) throws Exception {
        var said = folder.resolve("said");
        Files.writeString(said, "");
        var writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        file.toString())
                .redirectOutput(said.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (Files.size(said) == 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        TimeUnit.MILLISECONDS.sleep(millis);
        assertThat(writer.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        return Files.readAllLines(said).stream()
                .mapToInt(Integer::parseInt)
                .max()
                .orElseThrow();
    }

    private static int number(DSLContext sql, String query) {
        return sql.fetchSingle(query).getValue(0, Integer.class);
    }

    private static int count(Database database) {
        return database.read(sql -> number(sql, "SELECT count(*) FROM blobs"));
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** Writes rising numbers, one a transaction, and says each once its commit returned. */
    static final class KilledWriter {
        public static void main(String[] arguments) {
            try (var database = SqliteDatabase.open(Path.of(arguments[0]))) {
                database.write(sql -> sql.execute("CREATE TABLE IF NOT EXISTS acks (n INTEGER PRIMARY KEY)"));
                while (true) {
                    int n = database.write(sql -> {
                        sql.execute("INSERT INTO acks VALUES ((SELECT coalesce(max(n), 0) + 1 FROM acks))");
                        return number(sql, "SELECT max(n) FROM acks");
                    });
                    System.out.println(n);
                    System.out.flush();
                }
            }
        }
    }
}
