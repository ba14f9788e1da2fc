package dev.cordon.agent.linux;

import java.time.Duration;
import java.util.Optional;

/**
 * A way to speak to nftables. One text of commands is one kernel transaction: all of it takes effect, or nothing.
 *
 * <p>Not for use by several threads at once.
 */
interface Nft extends AutoCloseable {

    /** The longest a forked {@code nft} may take. */
    Duration TIME_LIMIT = Duration.ofSeconds(10);

    /** The most text that is taken from a listing. */
    int OUTPUT_LIMIT = 4 << 20;

    /** Carries commands out and returns what they printed. */
    String run(String commands) throws NftException;

    /** Like {@link #run}, but with the values of counters in the listing. */
    String runWithCounters(String commands) throws NftException;

    /** Whether tables can be owned: protected from other processes for as long as this object is open. */
    boolean ownsTables();

    @Override
    void close();

    /** The library if there is one, or else the program; empty if this machine has neither. */
    static Optional<Nft> open() {
        return NftLibrary.open().<Nft>map(library -> library).or(NftProgram::open);
    }
}
