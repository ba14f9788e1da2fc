package dev.cordon.server.users;

import dev.cordon.server.identity.UserDirectory;
import dev.cordon.server.store.Database;
import java.time.InstantSource;

/** The parts of this package, wired. Thread-safe. */
public final class Accounts implements AutoCloseable {

    private final Users users;
    private final Roles roles = new Roles();
    private final SignIns signIns;
    private final Sessions sessions;
    private final PasswordHash hash;
    private final PasswordCheck passwords;

    public Accounts(Database database, InstantSource time) {
        this(database, time, PasswordHash.ITERATIONS);
    }

    /** @param iterations rounds for the hash of a password; tests need not wait for the usual number */
    public Accounts(Database database, InstantSource time, int iterations) {
        users = new Users(time);
        signIns = new SignIns(time);
        sessions = new Sessions(users, time);
        hash = new PasswordHash(iterations);
        passwords = new PasswordCheck(database, users, hash, time);
    }

    public Users users() {
        return users;
    }

    public Roles roles() {
        return roles;
    }

    public SignIns signIns() {
        return signIns;
    }

    public Sessions sessions() {
        return sessions;
    }

    public PasswordCheck passwords() {
        return passwords;
    }

    /** What the check of access tokens asks. */
    public UserDirectory directory() {
        return new Directory(users, roles, signIns);
    }

    @Override
    public void close() {
        hash.close();
    }
}
