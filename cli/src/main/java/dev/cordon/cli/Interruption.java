package dev.cordon.cli;

/**
 * What is still done when a person ends the program by Ctrl-C, or somebody else by a signal, while this is open. The run
 * time ends with status 130 after it.
 */
final class Interruption implements AutoCloseable {

    private final Thread hook;
    private volatile boolean happened;

    /** @param last short, and safe to run beside what the command does */
    Interruption(Runnable last) {
        this.hook = Thread.ofPlatform().unstarted(() -> {
            happened = true;
            last.run();
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean happened() {
        return happened;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is running
        }
    }
}
