package dev.cordon.agent.collection;

/**
 * What became of one item: a line of the summary. Immutable.
 *
 * @param entry its name in the package; where nothing was put there, the name it would have had
 * @param source the command line, or the path, or how the agent made it
 * @param bytes in the package, before compression
 * @param sha256 of these bytes; empty where nothing was put there
 * @param note why it is not, or not all, there; empty otherwise
 */
record Collected(String entry, String source, Status status, long bytes, String sha256, long millis, String note) {

    enum Status {
        COLLECTED("Collected"),
        /** It goes on, but more than the limit is not taken. */
        TRUNCATED("Truncated"),
        /** This machine has no such thing, which is no failure. */
        ABSENT("Absent"),
        /** A secret: only its hash is told. */
        LEFT_OUT("LeftOut"),
        TIMED_OUT("TimedOut"),
        FAILED("Failed"),
        /** The package was full, or the disk nearly so. */
        SKIPPED("Skipped");

        private final String shown;

        Status(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }
}
