package dev.cordon.cli;

import dev.cordon.cli.output.Screen;
import java.util.List;
import java.util.stream.Collectors;

/** Asks before something is done to more than one machine, or something that cannot be undone. */
final class Confirmation {

    private static final int NAMED = 10;

    private final Console console;

    Confirmation(Console console) {
        this.console = console;
    }

    /**
     * Asks whether to act on these machines; one alone needs no question.
     *
     * @param what begins the question, for example "Isolate"
     * @throws IllegalArgumentException if the answer is no, or nobody can be asked
     */
    void machines(String what, List<Target> targets, boolean yes) {
        if (targets.size() > 1) {
            ask(what + " these " + targets.size() + " machines: " + names(targets) + "?", yes);
        }
    }

    /**
     * Asks a question, unless it was answered on the command line.
     *
     * @throws IllegalArgumentException if the answer is no, or nobody can be asked
     */
    void ask(String question, boolean yes) {
        if (yes) {
            return;
        }
        askable(question);
        console.screen().ask(question + " [y/N] ");
        decide(console.readLine().orElse("").strip().matches("(?i)y|yes"));
    }

    /** Asks for what cannot be undone: the name of the machine is to be typed, or how many there are. */
    void typed(String what, List<Target> targets, boolean yes) {
        if (yes) {
            return;
        }
        boolean one = targets.size() == 1;
        String word = one ? targets.getFirst().name() : String.valueOf(targets.size());
        String question = what + " " + (one ? word : targets.size() + " machines: " + names(targets))
                + ". This cannot be undone from here. ";
        askable(question);
        console.screen().ask(question + "Type " + word + " to go on: ");
        decide(console.readLine().orElse("").strip().equals(word));
    }

    private void askable(String question) {
        Screen screen = console.screen();
        if (!screen.terminal().in() || !screen.terminal().err()) {
            throw new IllegalArgumentException(question.strip() + " Nobody can be asked here: say --yes to go on.");
        }
    }

    private static void decide(boolean confirmed) {
        if (!confirmed) {
            throw new IllegalArgumentException("not confirmed: nothing was done");
        }
    }

    private static String names(List<Target> targets) {
        String first = targets.stream().limit(NAMED).map(Target::name).collect(Collectors.joining(", "));
        return targets.size() > NAMED ? first + " and " + (targets.size() - NAMED) + " more" : first;
    }
}
