package dev.cordon.agent.linux;

import java.io.IOException;

/**
 * Wakes up when the kernel tells that rules or devices changed, and at intervals in case it could not tell.
 *
 * <p>One platform thread that waits in {@code poll}; a machine that is left alone costs nothing.
 */
final class Watcher implements AutoCloseable {

    /** {@code NFNLGRP_NFTABLES} is group 7, so bit 6. */
    private static final int GROUP_NFTABLES = 1 << 6;

    private static final int GROUP_LINK = 1;
    private static final int LONGEST_END_MILLIS = 5_000;

    private final NetlinkSocket rules;
    private final NetlinkSocket links;
    private final int stop;
    private final Look look;
    private final Thread thread;
    private volatile boolean closed;

    /** Looks at the rules and puts them right; returns how long to wait at most until the next look, -1 for endless. */
    interface Look {
        int milliseconds();
    }

    private Watcher(NetlinkSocket rules, NetlinkSocket links, int stop, Look look) {
        this.rules = rules;
        this.links = links;
        this.stop = stop;
        this.look = look;
        this.thread = Thread.ofPlatform().name("isolation-watcher").daemon().unstarted(this::watch);
    }

    static Watcher start(Look look) throws IOException {
        NetlinkSocket rules = NetlinkSocket.open(NetlinkSocket.NETFILTER, GROUP_NFTABLES);
        try {
            NetlinkSocket links = NetlinkSocket.open(NetlinkSocket.ROUTE, GROUP_LINK);
            try {
                Watcher watcher = new Watcher(rules, links, LibC.eventFd(), look);
                watcher.thread.start();
                return watcher;
            } catch (IOException e) {
                links.close();
                throw e;
            }
        } catch (IOException e) {
            rules.close();
            throw e;
        }
    }

    private void watch() {
        while (!closed) {
            try {
                int wait = look.milliseconds();
                LibC.awaitReadable(wait, stop, rules.descriptor(), links.descriptor());
                rules.drain();
                links.drain();
            } catch (IOException | RuntimeException e) {
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Ends the thread; must not be called from it. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LibC.signal(stop);
        try {
            if (thread.join(java.time.Duration.ofMillis(LONGEST_END_MILLIS))) {
                rules.close();
                links.close();
                LibC.close(stop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
