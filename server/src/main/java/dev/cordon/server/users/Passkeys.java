package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Passkeys.BACKUP_ELIGIBLE;
import static dev.cordon.server.users.UserTables.Passkeys.CREATED_AT;
import static dev.cordon.server.users.UserTables.Passkeys.CREDENTIAL;
import static dev.cordon.server.users.UserTables.Passkeys.CREDENTIAL_ID;
import static dev.cordon.server.users.UserTables.Passkeys.ID;
import static dev.cordon.server.users.UserTables.Passkeys.LAST_USED_AT;
import static dev.cordon.server.users.UserTables.Passkeys.NAME;
import static dev.cordon.server.users.UserTables.Passkeys.RP_ID;
import static dev.cordon.server.users.UserTables.Passkeys.SIGN_COUNT;
import static dev.cordon.server.users.UserTables.Passkeys.TABLE;
import static dev.cordon.server.users.UserTables.Passkeys.TENANT_ID;
import static dev.cordon.server.users.UserTables.Passkeys.TRANSPORTS;
import static dev.cordon.server.users.UserTables.Passkeys.USER_ID;

import dev.cordon.server.identity.Guid;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * The passkeys of users (Web Authentication Level 3). A passkey belongs to the host name under which it was made; each
 * answer of an authenticator spends the challenge that it answers, right or wrong. Thread-safe.
 */
public final class Passkeys {

    static final int MOST = 20;
    private static final int LONGEST_NAME = 100;

    private final Database database;
    private final Users users;
    private final PasskeyChallenges challenges;
    private final InstantSource time;

    /** Made when first needed: most sign-ins need none, and it takes its time. */
    private static final class Lazy {
        static final PasskeyVerifier VERIFIER = new PasskeyVerifier();

        private Lazy() {}
    }

    Passkeys(Database database, Users users, InstantSource time) {
        this.database = database;
        this.users = users;
        this.challenges = new PasskeyChallenges(time);
        this.time = time;
    }

    /** Those of a user, the oldest first. */
    public List<Passkey> of(DSLContext sql, User user) {
        return sql.select(ID, NAME, RP_ID, CREATED_AT, LAST_USED_AT)
                .from(TABLE)
                .where(of(user))
                .orderBy(CREATED_AT, ID)
                .fetch(row -> new Passkey(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        Instants.instant(row.value4()),
                        Optional.ofNullable(row.value5()).map(Instants::instant)));
    }

    /** What a page needs to make a passkey; the user's others are excluded. */
    public ObjectNode creationOptions(PasskeyCeremony ceremony, User user) {
        return database.write(
                sql -> PasskeyOptions.creation(ceremony, user, challenges.create(sql, ceremony), known(sql, of(user))));
    }

    /** What a page needs to ask for a passkey instead of name and password. */
    public ObjectNode signInOptions(PasskeyCeremony ceremony) {
        return database.write(sql -> PasskeyOptions.request(ceremony, challenges.create(sql, ceremony), List.of()));
    }

    /**
     * What a page needs to ask for a passkey after the password.
     *
     * @throws PasskeyException if the user has none under this host name
     */
    public ObjectNode secondFactorOptions(PasskeyCeremony ceremony, User user) {
        return database.write(sql -> {
            var known = known(sql, of(user).and(RP_ID.eq(ceremony.rpId())));
            if (known.isEmpty()) {
                throw new PasskeyException("the user has no passkey for " + ceremony.rpId());
            }
            return PasskeyOptions.request(ceremony, challenges.create(sql, ceremony), known);
        });
    }

    /**
     * Keeps a new passkey.
     *
     * @param json what the browser's {@code PublicKeyCredential} holds
     * @param name what the user calls it; blank: a word that fits all
     * @throws PasskeyException for whatever is wrong with the answer
     */
    public Passkey enroll(PasskeyCeremony ceremony, User user, String json, String name) {
        var data = Lazy.VERIFIER.parseMade(json);
        spend(ceremony, PasskeyVerifier.challenge(data.getCollectedClientData()));
        var made = Lazy.VERIFIER.made(ceremony, data);
        var called = name.isBlank() ? "Passkey" : name.strip();
        var shortened = called.length() > LONGEST_NAME ? called.substring(0, LONGEST_NAME) : called;
        return database.write(sql -> {
            if (sql.fetchCount(TABLE, of(user)) >= MOST) {
                throw new PasskeyException("the user has " + MOST + " passkeys already");
            }
            var id = Guid.random();
            boolean added = sql.insertInto(TABLE)
                            .set(TENANT_ID, user.tenantId())
                            .set(USER_ID, user.id())
                            .set(ID, id)
                            .set(NAME, shortened)
                            .set(RP_ID, ceremony.rpId())
                            .set(CREDENTIAL_ID, made.credentialId())
                            .set(CREDENTIAL, made.credential())
                            .set(SIGN_COUNT, made.signCount())
                            .set(BACKUP_ELIGIBLE, made.backupEligible())
                            .set(TRANSPORTS, made.transports())
                            .set(CREATED_AT, Instants.micros(time.instant()))
                            .onConflict(CREDENTIAL_ID)
                            .doNothing()
                            .execute()
                    == 1;
            if (!added) {
                throw new PasskeyException("the passkey is somebody's already");
            }
            return of(sql, user).stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        });
    }

    private record Found(User user, String id, PasskeyVerifier.Kept kept) {}

    /**
     * Finds out whose passkey answered.
     *
     * @param expected after a password: whose it was
     * @throws PasskeyException for whatever is wrong with the answer
     */
    public User authenticate(PasskeyCeremony ceremony, String json, Optional<User> expected) {
        var data = Lazy.VERIFIER.parseUsed(json);
        spend(ceremony, PasskeyVerifier.challenge(data.getCollectedClientData()));
        var found = database.read(sql -> find(sql, ceremony, PasskeyVerifier.credentialId(data)))
                .orElseThrow(() -> new PasskeyException("the passkey is not known under " + ceremony.rpId()));
        var user = found.user();
        requireOwner(user, expected, PasskeyVerifier.userHandle(data));
        long count = Lazy.VERIFIER.used(ceremony, data, found.kept());
        boolean counted = database.write(sql -> sql.update(TABLE)
                        .set(SIGN_COUNT, count)
                        .set(LAST_USED_AT, Instants.micros(time.instant()))
                        .where(
                                of(user),
                                ID.eq(found.id()),
                                SIGN_COUNT.eq(found.kept().signCount()))
                        .execute()
                == 1);
        if (!counted) {
            throw new PasskeyException("the passkey was removed or used elsewhere at the same moment");
        }
        return user;
    }

    private static void requireOwner(User user, Optional<User> expected, byte[] handle) {
        boolean other = expected.filter(
                        one -> !one.id().equals(user.id()) || !one.tenantId().equals(user.tenantId()))
                .isPresent();
        boolean handed = handle.length > 0;
        boolean wrongHandle = handed && !MessageDigest.isEqual(handle, PasskeyOptions.handle(user));
        if (other || wrongHandle || (expected.isEmpty() && !handed)) {
            throw new PasskeyException("the passkey is another user's");
        }
        if (!user.enabled()) {
            throw new PasskeyException("the user is disabled");
        }
    }

    /** Removes a passkey and tells whether there was one. */
    public boolean remove(DSLContext sql, User user, String id) {
        return sql.deleteFrom(TABLE).where(of(user), ID.eq(id)).execute() == 1;
    }

    private void spend(PasskeyCeremony ceremony, byte[] challenge) {
        if (!database.write(sql -> challenges.use(sql, ceremony, challenge))) {
            throw new PasskeyException("the challenge is not known here, was used, or is too old");
        }
    }

    private Optional<Found> find(DSLContext sql, PasskeyCeremony ceremony, byte[] credentialId) {
        return sql.select(TENANT_ID, USER_ID, ID, CREDENTIAL, SIGN_COUNT, BACKUP_ELIGIBLE)
                .from(TABLE)
                .where(CREDENTIAL_ID.eq(credentialId), RP_ID.eq(ceremony.rpId()))
                .fetchOptional()
                .flatMap(row -> users.find(sql, row.value1(), row.value2())
                        .map(user -> new Found(
                                user,
                                row.value3(),
                                new PasskeyVerifier.Kept(row.value4(), row.value5(), row.value6()))));
    }

    private static List<PasskeyOptions.Known> known(DSLContext sql, Condition which) {
        return sql.select(CREDENTIAL_ID, TRANSPORTS)
                .from(TABLE)
                .where(which)
                .orderBy(CREATED_AT)
                .fetch(row -> new PasskeyOptions.Known(row.value1(), row.value2()));
    }

    private static Condition of(User user) {
        return TENANT_ID.eq(user.tenantId()).and(USER_ID.eq(user.id()));
    }
}
