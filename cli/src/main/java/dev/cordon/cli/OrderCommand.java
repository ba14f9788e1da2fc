package dev.cordon.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A command that orders an action of machines. */
abstract class OrderCommand implements Callable<Integer> {

    final Console console;

    @Mixin
    final Targets targets = new Targets();

    @Mixin
    final Wait wait = new Wait();

    @Option(
            names = {"-c", "--comment"},
            paramLabel = "TEXT",
            required = true,
            description = "Why; kept with the action and in the audit log")
    String comment = "";

    OrderCommand(Console console) {
        this.console = console;
    }

    /**
     * Orders it, after a question where there is more than one machine.
     *
     * @param what for people, for example "Isolate"
     * @param verb the last part of the API's path
     */
    int order(String what, String verb, List<String> machines, ObjectNode body) {
        List<Target> found = targets.resolve(console, machines);
        confirm(what, found);
        var orders = new Orders(console);
        Optional<Duration> patience = patience();
        Orders.Placed ended = orders.follow(orders.place(found, verb, body), patience);
        return orders.show(new Orders.Placed(done(ended.actions()), ended.refused()), patience.isPresent());
    }

    /** What is still to be done with the actions before they are shown. */
    List<JsonNode> done(List<JsonNode> actions) {
        return actions;
    }

    void confirm(String what, List<Target> found) {
        new Confirmation(console).machines(what, found, targets.yes());
    }

    Optional<Duration> patience() {
        return wait.patience();
    }

    ObjectNode comment() {
        return Console.body().put("Comment", comment);
    }
}
