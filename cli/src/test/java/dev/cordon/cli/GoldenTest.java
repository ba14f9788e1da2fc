package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.simulation.SimulatedNetworkIsolation.Behaviour;
import dev.cordon.cli.connection.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands print against a real server and simulated machines, held against the files in {@code golden}. Times,
 * ids and secrets are replaced by others of the same length. {@code -Dcordon.golden=write} writes the files anew.
 */
class GoldenTest {

    private static final Path GOLDEN =
            Path.of(System.getProperty("cordon.root"), "cli", "src", "test", "resources", "golden");
    private static final boolean WRITE = "write".equals(System.getProperty("cordon.golden"));

    @TempDir
    Path directory;

    /** One story of a responder; later steps rest on earlier ones. */
    @Test
    void whenAResponderWorksThenEveryCommandPrintsWhatItShould() throws IOException {
        try (Bed bed = Bed.open(directory, "db-1.example.test", "web-1.example.test", "web-2.example.test")) {
            var story = new Story(bed, directory);
            story.tell("machines", "machines");
            story.tell("machines-csv", "machines", "list", "--output", "csv", "--search", "web");
            story.tell("machines-filter", "machines", "list", "--filter", "computerDnsName eq 'db-1.example.test'");
            story.tell("machines-none", "machines", "--tag", "nothing");
            story.tell("machines-tag", "machines", "tag", "web", "web-1.example.test", "web-2.example.test", "--yes");
            story.tell("machines-show", "machines", "show", "db-1.example.test");
            story.tell("machines-unknown", "machines", "show", "nobody.example.test");

            story.tell("isolate-refuses-many", "isolate", "tag:web", "--comment", "case 42");
            story.tell("isolate-wait", "isolate", "tag:web", "--comment", "case 42", "--yes", "--wait");
            story.tell("isolate-json", "isolate", "db-1.example.test", "-c", "case 42", "--wait=2m", "-o", "json");
            story.tell("machines-state", "machines", "state", "db-1.example.test");
            story.tell("release-yaml", "release", "db-1.example.test", "-c", "case 42", "--wait=2m", "-o", "yaml");

            bed.machine(2).isolation().behave(Behaviour.failingToRelease("the rules could not be taken out"));
            story.tell("release-one-fails", "release", "tag:web", "--comment", "case 42", "--yes", "--wait");
            bed.machine(2).isolation().behave(Behaviour.OBEDIENT);
            story.tell("actions-failed", "actions", "list", "--status", "Failed");

            bed.machine(3).stopAgent();
            story.tell("isolate-in-vain", "isolate", "web-2.example.test", "--comment", "case 43", "--wait=0s");
            story.tell("isolate-again", "isolate", "web-2.example.test", "--comment", "case 43");
            story.tell("isolate-one-refused", "isolate", "web-1.example.test", "web-2.example.test", "-c", "x", "-y");
            String open = story.firstId("actions", "list", "--open", "--machine", "web-2.example.test");
            story.tell("actions-cancel", "actions", "cancel", open, "--comment", "by mistake");
            story.tell("actions-show", "actions", "show", open, "--output", "yaml");
            story.tell("actions-unknown", "actions", "show", "00000000-0000-0000-0000-00000000dead");
        }
    }

    /** Runs commands and holds what they say against the files. */
    private static final class Story {

        private final Bed bed;
        private final Normal normal;

        Story(Bed bed, Path directory) {
            this.bed = bed;
            this.normal = new Normal(
                    Map.of(bed.place().url().toString(), "https://cordon.test:8443", directory.toString(), "FOLDER"));
        }

        void tell(String name, String... command) throws IOException {
            Bed.Ran ran = bed.run(Map.of(), "", command);
            String text = normal.text("$ cordon " + String.join(" ", command) + "\n" + ran.out()
                    + (ran.err().isEmpty() ? "" : "--- standard error\n" + ran.err()) + "--- status " + ran.status()
                    + "\n");
            Path file = GOLDEN.resolve(name + ".txt");
            if (WRITE) {
                Files.createDirectories(GOLDEN);
                Files.writeString(file, text);
            }
            assertThat(text)
                    .as("cordon %s; if this is meant, run with -Dcordon.golden=write", String.join(" ", command))
                    .isEqualTo(Files.readString(file));
        }

        /** The id of the first item of a list. */
        String firstId(String... command) {
            var arguments = Arrays.copyOf(command, command.length + 2);
            arguments[command.length] = "--output";
            arguments[command.length + 1] = "json";
            Bed.Ran ran = bed.run(Map.of(), "", arguments);
            return Json.MAPPER
                    .readTree(ran.out())
                    .path("value")
                    .path(0)
                    .path("id")
                    .asString();
        }
    }
}
