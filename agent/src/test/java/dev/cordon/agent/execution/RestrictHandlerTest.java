package dev.cordon.agent.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.RestrictExecution;
import dev.cordon.protocol.wire.Support;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestrictHandlerTest {

    @TempDir
    Path state;

    private RestrictHandler handler() {
        return new RestrictHandler(new UnsupportedExecutionControl(List.of("No.")), state, Log.silent());
    }

    private String check(RestrictExecution.Builder order) {
        return handler().check(Command.newBuilder().setRestrictExecution(order).build());
    }

    @Test
    void whenAnOrderNamesNoHashOrNoPlainPathThenItIsNotAccepted() {
        assertThat(check(RestrictExecution.newBuilder()
                        .addTrustedHashes(ByteString.copyFrom(new byte[32]))
                        .addTrustedPaths("/opt/tools/")
                        .addTrustedPaths("/usr/local/bin/..data")))
                .isEmpty();
        assertThat(check(RestrictExecution.newBuilder().addTrustedHashes(ByteString.copyFrom(new byte[20]))))
                .contains("SHA-256");
        for (var path : List.of("/", "opt", "", "/opt/../etc/", "/opt/..", "/a//b", "/a\nb", "/./a")) {
            assertThat(check(RestrictExecution.newBuilder().addTrustedPaths(path)))
                    .as(path)
                    .isNotEmpty();
        }
    }

    @Test
    void whenTheIntentIsDamagedThenNothingIsRestrictedAndTheAgentStarts() throws Exception {
        Path file = state.resolve("execution.intent");
        new RestrictionIntent(state).write(Command.newBuilder().setSequence(5).build());
        assertThat(new RestrictionIntent(state).read())
                .get()
                .extracting(Command::getSequence)
                .isEqualTo(5L);
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] ^= 1;
        Files.write(file, bytes);

        handler().restore();

        assertThat(handler().observe().getFirst().getValue()).isEqualTo("None");
        assertThat(handler().capability().getSupport()).isEqualTo(Support.SUPPORT_UNSUPPORTED);
    }
}
