package dev.cordon.agent.quarantine;

import dev.cordon.agent.finder.Finder;
import dev.cordon.agent.finder.Limits;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.agent.vault.Vault;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out {@code StopAndQuarantine}, {@code Restore} and {@code RequestSample}. The vault is opened, and what a crash
 * left in it is settled, when the handler is made; where that fails the machine says that it cannot quarantine, and why.
 */
public final class QuarantineHandler implements TaskHandler {

    private final Surroundings around;
    private final Capability capability;
    private final @Nullable Vault vault;
    private final @Nullable Finder finder;

    private QuarantineHandler(
            Surroundings around, Capability capability, @Nullable Vault vault, @Nullable Finder finder) {
        this.around = around;
        this.capability = capability;
        this.vault = vault;
        this.finder = finder;
    }

    /** The handlers of all orders about files. Closing the first one closes what they share. */
    public static List<TaskHandler> open(Surroundings around, boolean mayDoAll) {
        Vault vault = null;
        try {
            vault = Vault.open(around.stateDirectory(), around.files(), around.clock(), around.log());
            var finder =
                    Finder.open(around.stateDirectory(), around.files(), around.clock(), Limits.USUAL, around.log());
            var handler = new QuarantineHandler(around, able(around, mayDoAll), vault, finder);
            return List.of(handler, new SampleHandler(around, finder));
        } catch (IOException e) {
            if (vault != null) {
                vault.close();
            }
            around.log().error(e, "quarantine-not-possible");
            var unable = Capability.newBuilder()
                    .setName("FileQuarantine")
                    .setSupport(Support.SUPPORT_UNSUPPORTED)
                    .addLimits("The vault in the agent's state directory cannot be opened: " + e.getMessage() + ".")
                    .build();
            return List.of(new QuarantineHandler(around, unable, null, null));
        }
    }

    private static Capability able(Surroundings around, boolean mayDoAll) {
        List<String> limits = new ArrayList<>();
        if (!mayDoAll) {
            limits.add("The agent does not run as root: it can only end processes and take files of its own user.");
        }
        if (around.execution().blocking().getSupport() == Support.SUPPORT_UNSUPPORTED) {
            limits.add("Files cannot be blocked on this machine: a copy may start again while the others are ended.");
        }
        limits.add("Copies inside other mount namespaces (containers) are found only where their files lie on a disk of"
                + " this machine.");
        return Capability.newBuilder()
                .setName("FileQuarantine")
                .setSupport(mayDoAll ? Support.SUPPORT_ENFORCED : Support.SUPPORT_PARTIAL)
                .addAllLimits(limits)
                .build();
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(Command.OrderCase.STOP_AND_QUARANTINE, Command.OrderCase.RESTORE);
    }

    @Override
    public Lane lane() {
        return Lane.FILES;
    }

    @Override
    public Capability capability() {
        return capability;
    }

    @Override
    public String check(Command command) {
        return command.hasStopAndQuarantine()
                ? HashCheck.problem(command.getStopAndQuarantine().getHash())
                : command.getRestore().getHash().isEmpty()
                        ? ""
                        : HashCheck.problem(command.getRestore().getHash());
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        var problem = check(command);
        if (!problem.isEmpty()) {
            throw new TaskException(problem);
        }
        if (vault == null || finder == null) {
            throw new TaskException(String.join(" ", capability.getLimitsList()));
        }
        if (command.hasRestore()) {
            return new RestoreTask(around, vault, context, command.getRestore()).run();
        }
        var wanted = FileHash.of(command.getStopAndQuarantine().getHash());
        return new QuarantineTask(around, vault, finder, context, wanted, command.getActionId()).run();
    }

    @Override
    public void close() {
        if (vault != null) {
            vault.close();
        }
        if (finder != null) {
            finder.close();
        }
    }
}
