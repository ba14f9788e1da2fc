package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CordonTest {

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenants create",
                "tenants list",
                "apps create",
                "apps list",
                "apps show",
                "apps grant",
                "apps revoke",
                "apps disable",
                "apps secret add",
                "apps secret list",
                "apps secret remove",
                "apps certificate add",
                "apps certificate list",
                "apps certificate remove",
                "apps federated add",
                "apps federated list",
                "apps federated remove",
                "apps sign-in set",
                "apps sign-in show",
                "apps sign-in consent",
                "users create",
                "users list",
                "users show",
                "users roles",
                "users directory-roles",
                "users invite",
                "users sign-out",
                "users disable",
                "users enable",
                "roles create",
                "roles list",
                "roles remove",
                "groups create",
                "groups list",
                "groups remove",
                "keys list",
                "keys rotate",
                "hosts print",
                "enroll token create",
                "enroll token list",
                "enroll token revoke",
                "settings show",
                "settings set",
                "machines list",
                "machines show",
                "machines state",
                "isolate",
                "release",
                "actions list",
                "actions show",
                "actions cancel",
                "break-glass-code",
                "audit verify"
            })
    void whenHelpIsAskedForThenEveryCommandShowsItsOwn(String command) {
        int status = run((command + " --help").split(" ", -1));

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("Usage: cordon " + command)
                .contains("--profile")
                .contains("--output");
    }

    @Test
    void whenAGroupIsCalledAloneThenItIsAUsageErrorThatShowsTheCommands() {
        assertThat(run("apps")).isEqualTo(2);
        assertThat(err.toString()).contains("grant").contains("secret");
    }

    @Test
    void whenSomethingIsMissingThenAFewLinesSayWhatAndWhereToReadOn() {
        assertThat(run("isolate", "web-1")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("cordon: Missing required option: '--comment=TEXT'\nUsage: cordon isolate ")
                .endsWith("See cordon isolate --help\n")
                .hasLineCount(4);
    }

    @Test
    void whenACommandIsMisspeltThenTheOneThatWasMeantIsNamed() {
        assertThat(run("isolat", "web-1")).isEqualTo(2);
        assertThat(err.toString()).contains("isolate").hasLineCount(2);
    }

    @Test
    void whenHostsArePrintedThenNoServerIsNeededAndTheAddressMustBeOne() {
        assertThat(run("hosts", "print", "--address", "192.0.2.7")).isZero();
        assertThat(out.toString())
                .contains("192.0.2.7 login.microsoftonline.com")
                .contains("192.0.2.7 api.securitycenter.microsoft.com");
        assertThat(run("hosts", "print", "--address", "example.com")).isEqualTo(2);
    }

    @Test
    void whenThereIsNoProfileThenTheMessageSaysHowToNameOne() {
        assertThat(run(
                        "tenants",
                        "list",
                        "--profile",
                        directory.resolve("none.json").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("CORDON_PROFILE").contains("operator.json");
    }

    @Test
    void whenNoServerAnswersThenTheStatusIsFiveAndTheMessageSaysHowToStartOne() throws IOException {
        Path profile = profile(freePort());

        assertThat(run("tenants", "list", "--profile", profile.toString())).isEqualTo(5);
        assertThat(err.toString()).contains("no server answers").contains("cordon server");
    }

    private Path profile(int port) throws IOException {
        Files.copy(
                Path.of(System.getProperty("cordon.root"), "cli/src/test/resources/ca.pem"),
                directory.resolve("ca.pem"));
        return Files.writeString(directory.resolve("operator.json"), """
                {"url":"https://127.0.0.1:%d","tenantId":"t","clientId":"c","clientSecret":"s","caFile":"ca.pem"}
                """.formatted(port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private int run(String... arguments) {
        return Cordon.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new BufferedReader(new StringReader("")),
                Map.of(),
                arguments);
    }
}
