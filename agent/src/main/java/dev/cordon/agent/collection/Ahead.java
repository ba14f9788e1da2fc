package dev.cordon.agent.collection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the slow programs of a collection beside it, one after the other, so that two processors have something to do.
 * What they print waits in files until its turn in the package comes. Used by one thread, with one of its own.
 */
final class Ahead implements AutoCloseable {

    private final Map<Item.Output, CompletableFuture<Printed>> printed = new HashMap<>();
    private final Path folder;
    private final Limits limits;
    private final BooleanSupplier stop;
    private @Nullable Thread thread;
    private volatile boolean over;

    /** What a program left. */
    record Printed(Path file, Program.Result result, long nanos) {}

    /** @param folder where what is printed waits */
    Ahead(Path folder, Limits limits, BooleanSupplier stop) {
        this.folder = folder;
        this.limits = limits;
        this.stop = () -> over || stop.getAsBoolean();
    }

    /** Begins with the slow ones of these items, in their order; called once at most. */
    void begin(List<Item> items) {
        var slow = new ArrayList<Item.Output>();
        for (var item : items) {
            if (item instanceof Item.Output output
                    && output.slow()
                    && output.located().isPresent()) {
                slow.add(output);
                printed.put(output, new CompletableFuture<>());
            }
        }
        var futures = Map.copyOf(printed);
        thread = Thread.ofVirtual().name("collection-ahead").start(() -> {
            for (int i = 0; i < slow.size(); i++) {
                run(slow.get(i), file(i), Objects.requireNonNull(futures.get(slow.get(i))));
            }
        });
    }

    private void run(Item.Output item, Path file, CompletableFuture<Printed> future) {
        long since = System.nanoTime();
        try {
            if (stop.getAsBoolean()) {
                throw new IOException("the collection was stopped");
            }
            var command = item.located().orElseThrow(() -> new IOException("it is not installed any more"));
            var result = Program.run(command, file, limits.commandTime(), limits.itemBytes(), stop);
            future.complete(new Printed(file, result, System.nanoTime() - since));
        } catch (IOException | RuntimeException | InterruptedException e) {
            future.completeExceptionally(e);
        }
    }

    /**
     * Waits for what this item's program prints; empty if it does not run ahead.
     *
     * @throws IOException if it could not be run
     */
    Optional<Printed> take(Item.Output item) throws IOException, InterruptedException {
        var future = printed.remove(item);
        if (future == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(future.get());
        } catch (ExecutionException e) {
            var cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** Ends what still runs and removes the files. */
    @Override
    public void close() throws IOException, InterruptedException {
        over = true;
        if (thread != null) {
            thread.join();
        }
        for (int i = 0; Files.deleteIfExists(file(i)); i++) {
            // the next one
        }
    }

    private Path file(int number) {
        return folder.resolve("output-" + number);
    }
}
