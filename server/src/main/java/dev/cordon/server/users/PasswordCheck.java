package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Users.CREATED_AT;
import static dev.cordon.server.users.UserTables.Users.PASSWORD;
import static dev.cordon.server.users.UserTables.Users.PASSWORD_SET_AT;
import static dev.cordon.server.users.UserTables.Users.TABLE;

import dev.cordon.server.identity.Tenants;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Passwords: what is taken for one, and finding out whether one is right. Thread-safe. */
public final class PasswordCheck {

    /** Long enough that guessing at the locked door is hopeless; NIST SP 800-63B asks for no other rule. */
    public static final int SHORTEST = 12;

    private static final int LONGEST = 256;

    private final Database database;
    private final Users users;
    private final PasswordHash hash;
    private final SecondFactorRule rule;
    private final LockOut lockOut;
    private final Tenants tenants;
    private final InstantSource time;

    PasswordCheck(
            Database database,
            Users users,
            PasswordHash hash,
            SecondFactorRule rule,
            Tenants tenants,
            InstantSource time) {
        this.database = database;
        this.users = users;
        this.hash = hash;
        this.rule = rule;
        this.lockOut = new LockOut(time);
        this.tenants = tenants;
        this.time = time;
    }

    /** What came of a try. */
    public sealed interface Outcome {
        record Right(User user) implements Outcome {}

        record Wrong() implements Outcome {}

        record Unknown() implements Outcome {}

        /** The password was right, but the user is disabled. */
        record Disabled() implements Outcome {}

        record Locked(Instant until) implements Outcome {}
    }

    private record Tried(User user, @Nullable String stored, Optional<Instant> lockedUntil) {}

    /**
     * Checks a password. Must not be called from inside a transaction.
     *
     * @param tenantId empty for whichever tenant has a user of this name
     */
    public Outcome check(Optional<String> tenantId, String userPrincipalName, String password) {
        var tried = database.write(sql -> find(sql, tenantId, userPrincipalName)
                .map(user -> new Tried(user, stored(sql, user), lockOut.begin(sql, user))));
        if (tried.isEmpty()) {
            hash.pretend(password);
            return new Outcome.Unknown();
        }
        var user = tried.get().user();
        var lockedUntil = tried.get().lockedUntil();
        if (lockedUntil.isPresent()) {
            return new Outcome.Locked(lockedUntil.get());
        }
        var stored = tried.get().stored();
        if (stored == null || password.length() > LONGEST) {
            hash.pretend("");
            return new Outcome.Wrong();
        }
        if (!hash.fits(stored, password)) {
            return new Outcome.Wrong();
        }
        database.write(sql -> {
            // else who knows the password could guess codes for ever, with the password between the tries
            if (rule.applies(sql, user)) {
                lockOut.takeBack(sql, user);
            } else {
                lockOut.succeeded(sql, user);
            }
            return user;
        });
        return user.enabled() ? new Outcome.Right(user) : new Outcome.Disabled();
    }

    /** Forgets failed tries of a user whose second factor was right as well. Must not be called inside a transaction. */
    public void succeeded(User user) {
        database.write(sql -> {
            lockOut.succeeded(sql, user);
            return user;
        });
    }

    /** Why a password cannot be taken, if so; in words for the user. */
    public static Optional<String> objection(String userPrincipalName, String password) {
        if (password.length() < SHORTEST) {
            return Optional.of("The password needs at least " + SHORTEST + " characters.");
        }
        if (password.length() > LONGEST) {
            return Optional.of("The password must not have more than " + LONGEST + " characters.");
        }
        if (password.equalsIgnoreCase(userPrincipalName)
                || password.chars().distinct().count() < 5) {
            return Optional.of("The password is too easy to guess.");
        }
        return Optional.empty();
    }

    /** The stored form of a password; slow, so not to be called from inside a transaction. */
    public Hashed hash(String password) {
        return new Hashed(hash.of(password));
    }

    /** Sets a user's password, and forgets failed tries. */
    void set(DSLContext sql, User user, Hashed password) {
        sql.update(TABLE)
                .set(PASSWORD, password.stored())
                .set(PASSWORD_SET_AT, Instants.micros(time.instant()))
                .where(Users.is(user))
                .execute();
        users.unlock(sql, user);
    }

    /** Whether a user's password is older than the tenant lets one become. Who has none has none that expires. */
    public boolean isExpired(DSLContext sql, User user) {
        var days = tenants.settings(sql, user.tenantId()).signIn().passwordDays();
        return days.isPresent()
                && user.hasPassword()
                && setAt(sql, user).plus(Duration.ofDays(days.get())).isBefore(time.instant());
    }

    /** Of passwords that are older than the column, it is known that they are not older than their users. */
    private static Instant setAt(DSLContext sql, User user) {
        return Instants.instant(sql.select(DSL.coalesce(PASSWORD_SET_AT, CREATED_AT))
                .from(TABLE)
                .where(Users.is(user))
                .fetchSingle()
                .value1());
    }

    /** A password in the form in which it is stored. */
    public record Hashed(String stored) {
        @Override
        public String toString() {
            return "Hashed";
        }
    }

    private Optional<User> find(DSLContext sql, Optional<String> tenantId, String name) {
        return tenantId.isPresent() ? users.find(sql, tenantId.get(), name) : users.findByName(sql, name);
    }

    private static @Nullable String stored(DSLContext sql, User user) {
        return sql.select(PASSWORD).from(TABLE).where(Users.is(user)).fetchOne(PASSWORD);
    }
}
