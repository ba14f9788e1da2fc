package dev.cordon.fleet.traffic;

/**
 * One flow between two namespaces: a small message every {@link #PERIOD_MILLIS} milliseconds, answered by the other
 * end, counted wherever it arrives. It goes on trying when the network is cut, and flows again when it comes back.
 */
public sealed interface Flow extends AutoCloseable permits TcpFlow, UdpFlow {

    /** How often a message is sent. */
    int PERIOD_MILLIS = 10;

    /** For example {@code tcp4}. */
    String name();

    /** How many messages arrived, at either end, from one {@link System#nanoTime} until another. */
    int arrivals(long from, long until);

    /** The {@link System#nanoTime} of the last arrival since an instant, or that instant if nothing arrived. */
    long lastArrivalSince(long from);

    /** The {@link System#nanoTime} of the first arrival after an instant, or that instant if nothing arrived. */
    long firstArrivalAfter(long from);

    @Override
    void close();
}
