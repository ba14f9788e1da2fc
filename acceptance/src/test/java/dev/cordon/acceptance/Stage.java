package dev.cordon.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What the tests of the console play on: a real server, one machine with a real agent and some simulated ones, and
 * Chromium, in which Ada, who may do everything, is signed in. Made once for all of them, because that takes longer than
 * most tests. For use by one thread.
 */
final class Stage implements AutoCloseable {

    private final Path directory;
    private final Fleet fleet;
    private final Installation cordon;
    private final Chromium chromium;
    private final Console ada;

    private Stage() {
        try {
            directory = Files.createTempDirectory("console");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fleet = Fleet.open(directory);
        cordon = Installation.start(directory, fleet.address());
        fleet.join(cordon, 3);
        chromium = Chromium.start(fleet.beside());
        cordon.role(
                "Incident response",
                "ViewData",
                "ActiveRemediationActions",
                "AlertsInvestigation",
                "ManagePortalSettings");
        ada = Console.signIn(chromium.profile(), cordon, "ada@example.com", "Ada Example", "Incident response");
    }

    Fleet fleet() {
        return fleet;
    }

    Installation cordon() {
        return cordon;
    }

    Chromium chromium() {
        return chromium;
    }

    /** Signs somebody in who has one role. The caller closes the page. */
    Console enter(String name, String displayName, String role) {
        return Console.signIn(chromium.profile(), cordon, name, displayName, role);
    }

    @Override
    public void close() {
        chromium.close();
        cordon.close();
        fleet.close();
    }

    /** Hands the stage, or Ada's console on it, to the tests that ask for it. */
    static final class Setting implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            var type = parameter.getParameter().getType();
            return type == Stage.class || type == Console.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
            var stage = test.getRoot()
                    .getStore(Namespace.create(Stage.class))
                    .computeIfAbsent(Stage.class, _ -> new Stage(), Stage.class);
            return parameter.getParameter().getType() == Stage.class ? stage : stage.ada;
        }
    }
}
