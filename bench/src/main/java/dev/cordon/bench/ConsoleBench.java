package dev.cordon.bench;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.lab.LabNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * The console with 10,000 machines, in Chromium: how long until the first rows are there, how many frames a second are
 * drawn while the table is scrolled, and how long it takes from a machine's report to the changed words on the screen.
 *
 * <p>Server, browser and the connected machines share this computer and its clock.
 */
final class ConsoleBench {

    private static final int MACHINES = 10_000;
    private static final int CONNECTED = 8;

    private final Path directory;
    private final Figures figures;

    ConsoleBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        if (Chromium.program().isEmpty()) {
            System.err.println("No Chromium on this computer: the console is not measured (apt-get install chromium).");
            return;
        }
        var own = Files.createDirectory(directory.resolve("console"));
        try (var network = LabNetwork.open()) {
            var host = network.linkHost().getFirst().getHostAddress();
            var place = Place.free(own.resolve("data"), own.resolve("server.log"), host, host);
            // a network of its own, for Chromium breaks off what it loads when any interface comes or goes
            var beside = List.of("ip", "netns", "exec", network.join("browser").name());
            try (var server = ServerProgram.start(Programs.here(), place);
                    var client = new ApiClient(place.url(), place.caFile())) {
                var tenancy = Tenancy.create(client, server.operator());
                var administrator = new Session(client, tenancy.administrator(), InstantSource.system());
                var playbook = new Session(client, tenancy.application(), InstantSource.system());
                try (var crowd = Crowd.gather(client, administrator, MACHINES, CONNECTED, own);
                        var chromium = Chromium.start(beside, own)) {
                    var measurement = new ConsoleMeasurement(
                            place.url().toString(), BrowserPage.open(chromium), playbook, figures);
                    measurement.signIn(administrator);
                    measurement.firstRows();
                    measurement.scrolling();
                    measurement.reports(crowd.connected());
                }
            }
        }
    }
}
