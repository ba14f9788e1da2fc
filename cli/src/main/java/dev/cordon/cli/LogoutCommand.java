package dev.cordon.cli;

import dev.cordon.cli.connection.Profile;
import dev.cordon.cli.connection.Profiles;
import dev.cordon.cli.connection.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "logout", description = "Forget a profile made by login, with its secret and its tokens")
final class LogoutCommand implements Callable<Integer> {

    private final Console console;

    @Option(names = "--all", description = "Forget all profiles")
    private boolean all;

    LogoutCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Profiles profiles = console.profiles();
        List<String> names = all
                ? profiles.names()
                : console.wantedProfile()
                        .or(profiles::current)
                        .map(List::of)
                        .orElseThrow(() -> new IllegalArgumentException("nobody is logged in here"));
        for (String name : names) {
            if (!profiles.names().contains(name)) {
                throw new IllegalArgumentException(
                        "there is no profile " + name + "; there are: " + String.join(", ", profiles.names()));
            }
            Profile profile = profiles.choose(Optional.of(name));
            new Tokens(profiles.folder(), profile).remove();
            profiles.remove(name);
            console.screen().say("Forgot the profile " + name + ".");
        }
        return ExitCode.OK;
    }
}
