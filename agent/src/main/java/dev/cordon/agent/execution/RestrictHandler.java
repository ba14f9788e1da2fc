package dev.cordon.agent.execution;

import com.google.protobuf.ByteString;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RestrictExecution;
import dev.cordon.protocol.wire.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Restricts the machine to trusted programs and lifts that. What is wanted is on disk before it is applied; it is
 * claimed only after programs were really tried; where the trial fails the machine is as it was before.
 */
public final class RestrictHandler implements TaskHandler {

    private static final int MOST_HASHES = 5_000;
    private static final int MOST_PATHS = 200;
    private static final int LONGEST_PATH = 4_096;

    private final ExecutionControl control;
    private final RestrictionIntent intent;
    private final Log log;
    private volatile long sequence;

    public RestrictHandler(ExecutionControl control, Path stateDirectory, Log log) {
        this.control = control;
        this.intent = new RestrictionIntent(stateDirectory);
        this.log = log;
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(Command.OrderCase.RESTRICT_EXECUTION, Command.OrderCase.ALLOW_EXECUTION);
    }

    @Override
    public Lane lane() {
        return Lane.EXECUTION;
    }

    @Override
    public Capability capability() {
        return control.restricting();
    }

    @Override
    public String check(Command command) {
        var order = command.getRestrictExecution();
        if (order.getTrustedHashesCount() > MOST_HASHES || order.getTrustedPathsCount() > MOST_PATHS) {
            return "at most " + MOST_HASHES + " hashes and " + MOST_PATHS + " paths can be trusted by an order";
        }
        for (var hash : order.getTrustedHashesList()) {
            if (hash.size() != 32) {
                return "a trusted hash is not a SHA-256";
            }
        }
        for (var path : order.getTrustedPathsList()) {
            if (!isPlain(path)) {
                return "a trusted path is not absolute and plain";
            }
        }
        return "";
    }

    private static boolean isPlain(String path) {
        return path.length() > 1
                && path.length() <= LONGEST_PATH
                && path.startsWith("/")
                && !path.contains("//")
                && !(path + "/").contains("/../")
                && !(path + "/").contains("/./")
                && path.chars().noneMatch(c -> c < ' ');
    }

    @Override
    public void restore() {
        try {
            var wanted = intent.read();
            if (wanted.isPresent()) {
                control.restrict(policy(wanted.get().getRestrictExecution()), true);
                sequence = wanted.get().getSequence();
                log.info("execution-restricted-again", "mode", control.mode().wireName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ExecutionException e) {
            log.error(e, "execution-not-restricted-again");
        }
    }

    @Override
    public List<ObservedState> observe() {
        return List.of(ObservedState.newBuilder()
                .setAspect(Aspect.ASPECT_EXECUTION)
                .setValue(control.mode().wireName())
                .setSequence(sequence)
                .build());
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        if (context.cancelled()) {
            return new TaskResult.Cancelled();
        }
        try {
            return new TaskResult.Ended(
                    command.hasRestrictExecution() ? restrict(command, context.repeated()) : allow(command));
        } catch (IOException e) {
            throw new TaskException(
                    "what is wanted could not be stored in the agent's state directory: " + e.getMessage(), e);
        }
    }

    private Outcome restrict(Command command, boolean repeated)
            throws IOException, TaskException, InterruptedException {
        Optional<Command> before = readable();
        boolean sameAgain = repeated
                && before.map(it -> it.getSequence() == command.getSequence()).orElse(false);
        intent.write(command);
        try {
            control.restrict(policy(command.getRestrictExecution()), sameAgain);
        } catch (ExecutionException e) {
            putBack(before, false);
            throw new TaskException("the machine was not restricted: " + e.getMessage(), e);
        }
        var checks = control.verify();
        if (!checks.stream().allMatch(Check::getPassed)) {
            putBack(sameAgain ? Optional.empty() : before, true);
            return ended(
                    Result.RESULT_FAILED,
                    "The machine does not behave as restricted; it is as it was before: " + failed(checks),
                    checks);
        }
        sequence = command.getSequence();
        return ended(Result.RESULT_SUCCEEDED, "", checks);
    }

    private Optional<Command> readable() {
        try {
            return intent.read();
        } catch (IOException e) {
            log.warn(e, "execution-intent-not-read");
            return Optional.empty();
        }
    }

    private void putBack(Optional<Command> before, boolean applied) throws IOException, InterruptedException {
        try {
            if (before.isPresent()) {
                intent.write(before.get());
                if (applied) {
                    control.restrict(policy(before.get().getRestrictExecution()), false);
                }
            } else {
                intent.remove();
                control.allow();
            }
        } catch (ExecutionException e) {
            log.error(e, "execution-not-put-back");
        }
    }

    private Outcome allow(Command command) throws IOException, TaskException, InterruptedException {
        intent.remove();
        try {
            control.allow();
        } catch (ExecutionException e) {
            throw new TaskException("the restriction is not lifted completely: " + e.getMessage(), e);
        }
        sequence = command.getSequence();
        var checks = control.verify();
        boolean fine = checks.stream().allMatch(Check::getPassed);
        return fine
                ? ended(Result.RESULT_SUCCEEDED, "", checks)
                : ended(Result.RESULT_FAILED, "The restriction is lifted, but: " + failed(checks), checks);
    }

    @Override
    public void offboard() throws TaskException {
        try {
            intent.remove();
            control.allow();
        } catch (IOException | ExecutionException e) {
            throw new TaskException("the restriction is not lifted completely: " + e.getMessage(), e);
        }
    }

    private static String failed(List<Check> checks) {
        return checks.stream()
                .filter(check -> !check.getPassed())
                .map(check -> check.getName() + ": " + check.getDetail())
                .collect(Collectors.joining("; "));
    }

    private static Outcome ended(Result result, String message, List<Check> checks) {
        return Outcome.newBuilder()
                .setResult(result)
                .setErrorCode(result == Result.RESULT_FAILED ? 0x80004005 : 0)
                .setMessage(message)
                .addAllChecks(checks)
                .build();
    }

    private static TrustPolicy policy(RestrictExecution order) {
        return new TrustPolicy(
                order.getMonitorOnly(),
                order.getCoverInterpreters(),
                FileHashSet.of(order.getTrustedHashesList().stream()
                        .map((ByteString hash) -> FileHash.of(hash))
                        .toList()),
                order.getTrustedPathsList());
    }
}
