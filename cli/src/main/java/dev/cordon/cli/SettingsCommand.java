package dev.cordon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        addMethodSubcommands = false,
        name = "settings",
        description = "Settings of the tenant (needs Cordon.Administer)")
final class SettingsCommand extends Group {

    private static final String PATH = "/cordon/v1/settings";

    SettingsCommand(Console console) {
        super(console);
    }

    @Command(description = "Show the settings")
    int show() {
        console.object(console.get(PATH));
        return ExitCode.OK;
    }

    @Command(description = "Replace the settings by those of a JSON file (see: cordon settings show --output json)")
    int set(@Parameters(paramLabel = "FILE") Path file) {
        String json;
        try {
            json = Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
        console.object(console.send("PUT", PATH, json).json());
        return ExitCode.OK;
    }
}
