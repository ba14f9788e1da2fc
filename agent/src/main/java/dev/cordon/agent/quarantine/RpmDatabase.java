package dev.cordon.agent.quarantine;

import java.io.IOException;
import java.util.List;

/** The database of rpm's packages. */
public interface RpmDatabase {

    /** Whether this machine has one that can be asked. */
    boolean present();

    /**
     * Asks {@code rpm -q} with these arguments and hands over what it answers.
     *
     * @param lines takes one line at a time, one character a byte, without its end
     * @return the status rpm ended with: not 0 where it did not know something that it was asked for
     * @throws IOException if it could not be asked, or did not answer in time
     */
    int query(List<String> arguments, LineTaker lines) throws IOException, InterruptedException;

    /** Takes a line. */
    @FunctionalInterface
    interface LineTaker {
        void take(String line) throws IOException, InterruptedException;
    }

    /** For machines without one. */
    RpmDatabase NONE = new RpmDatabase() {
        @Override
        public boolean present() {
            return false;
        }

        @Override
        public int query(List<String> arguments, LineTaker lines) throws IOException {
            throw new IOException("this machine has no database of rpm");
        }
    };
}
