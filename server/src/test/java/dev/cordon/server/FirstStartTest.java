package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first start that is cut short at any moment leaves a directory from which the next start lets the operator in. */
final class FirstStartTest {

    private static final int KILLS = 12;
    private static final long SEED = 20_260_305;

    @TempDir
    private Path folder;

    @Test
    void whenTheFirstStartIsKilledAtAnyMomentThenTheNextOneLetsTheOperatorIn() throws Exception {
        long whole = nanosOfAWholeStart();
        var random = new Random(SEED);
        int cutShort = 0;
        for (int i = 0; i < KILLS; i++) {
            var data = folder.resolve("killed-" + i);
            try (var server = ServerProcess.on(data)) {
                await(data, server);
                TimeUnit.NANOSECONDS.sleep((long) (whole * (i + random.nextDouble()) / KILLS));
            }
            if (!Files.exists(data.resolve("operator.json"))) {
                cutShort++;
            }
            try (var server = CordonServer.start(ServerSettings.onLoopback(data));
                    var operator = OperatorClient.of(data)) {
                assertThat(operator.get(operator.token(), "/cordon/v1/tenants").statusCode())
                        .as("killed at " + (i + 1) + "/" + KILLS + " of the first start of " + server.url())
                        .isEqualTo(200);
            }
        }
        assertThat(cutShort).as("starts that were really cut short").isGreaterThan(KILLS / 4);
    }

    /** From the moment the data directory is there until the operator's file is. */
    private long nanosOfAWholeStart() throws Exception {
        var data = folder.resolve("whole");
        try (var server = ServerProcess.on(data)) {
            await(data, server);
            long began = System.nanoTime();
            await(data.resolve("operator.json"), server);
            return System.nanoTime() - began;
        }
    }

    private static void await(Path file, ServerProcess server) throws Exception {
        while (!Files.exists(file)) {
            assertThat(server.runs()).as("the server runs").isTrue();
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
