package dev.cordon.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * One of the eight parts of the documentation address ranges, held by one lab network at a time.
 *
 * <p>The hold is a lock on a file, so it ends with the process that has it: whoever gets the lock knows that everything
 * named after this slice is a leftover. The parts are 198.51.100.0/27 to 198.51.100.224/27, 2001:db8:c0:0::/64 to
 * 2001:db8:c0:7::/64, and the same in 203.0.113.0/24 and 2001:db8:be::/48 for what lies behind a machine (RFC 5737,
 * RFC 3849).
 */
record Slice(int number, FileChannel file, FileLock lock) implements AutoCloseable {

    private static final int SLICES = 8;
    private static final Path DIRECTORY = Path.of("/run/cordon-lab");

    /** Waits until a slice is free. */
    static Slice take(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            Files.createDirectories(DIRECTORY);
            while (true) {
                for (int number = 0; number < SLICES; number++) {
                    Optional<Slice> taken = tryTake(number);
                    if (taken.isPresent()) {
                        return taken.get();
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new LabException("all " + SLICES + " lab networks of this machine are in use", null);
                }
                Thread.sleep(200);
            }
        } catch (IOException e) {
            throw new LabException("cannot lock a lab network in " + DIRECTORY + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for a lab network", e);
        }
    }

    private static Optional<Slice> tryTake(int number) throws IOException {
        FileChannel file = FileChannel.open(
                DIRECTORY.resolve("slice-" + number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return Optional.of(new Slice(number, file, lock));
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process
        }
        file.close();
        return Optional.empty();
    }

    String prefix() {
        return "cordon-lab" + number + "-";
    }

    /** Host 1 is the bridge's own place, 2 the host's; machines follow. */
    InetAddress ipv4(int host) {
        if (host < 1 || host > 30) {
            throw new LabException("a lab network has room for 28 machines", null);
        }
        return address("198.51.100." + (number * 32 + host));
    }

    InetAddress ipv6(int host) {
        return address("2001:db8:c0:" + number + "::" + Integer.toHexString(host));
    }

    InetAddress behindIpv4(int net, int host) {
        if (net > 7) {
            throw new LabException("a lab network has room for 8 machines behind machines", null);
        }
        return address("203.0.113." + (number * 32 + net * 4 + host));
    }

    InetAddress behindIpv6(int net, int host) {
        return address("2001:db8:be:" + Integer.toHexString(number * 8 + net) + "::" + Integer.toHexString(host));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new LabException("not an address: " + text, e);
        }
    }

    @Override
    public void close() {
        try (file) {
            lock.release();
        } catch (IOException e) {
            throw new LabException("cannot give a lab network back: " + e.getMessage(), e);
        }
    }
}
