package dev.cordon.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Print a script that completes commands and options in a shell.",
            "",
            "In ~/.bashrc: source <(cordon completion bash). In ~/.zshrc, after compinit: source <(cordon completion"
                    + " zsh)."
        })
final class CompletionCommand implements Callable<Integer> {

    /** The shells that there is a script for. */
    enum Shell {
        bash,
        zsh
    }

    private final Console console;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell = Shell.bash;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String script = AutoComplete.bash("cordon", Cordon.commandLine(console));
        if (shell == Shell.zsh) {
            console.screen().line("autoload -U +X bashcompinit && bashcompinit");
        }
        console.screen().line(script);
        return ExitCode.OK;
    }
}
