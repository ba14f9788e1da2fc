package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Users.CREATED_AT;
import static dev.cordon.server.users.UserTables.Users.DIRECTORY_ROLES;
import static dev.cordon.server.users.UserTables.Users.DISPLAY_NAME;
import static dev.cordon.server.users.UserTables.Users.ENABLED;
import static dev.cordon.server.users.UserTables.Users.FAILED_TRIES;
import static dev.cordon.server.users.UserTables.Users.FAMILY_NAME;
import static dev.cordon.server.users.UserTables.Users.GIVEN_NAME;
import static dev.cordon.server.users.UserTables.Users.ID;
import static dev.cordon.server.users.UserTables.Users.LOCKED_UNTIL;
import static dev.cordon.server.users.UserTables.Users.PASSWORD;
import static dev.cordon.server.users.UserTables.Users.SECOND_FACTOR;
import static dev.cordon.server.users.UserTables.Users.TABLE;
import static dev.cordon.server.users.UserTables.Users.TENANT_ID;
import static dev.cordon.server.users.UserTables.Users.TOTP_LAST_STEP;
import static dev.cordon.server.users.UserTables.Users.TOTP_SECRET;
import static dev.cordon.server.users.UserTables.Users.USER_PRINCIPAL_NAME;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.selectOne;

import dev.cordon.server.identity.Guid;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The users of a tenant. Methods run in the caller's transaction. Thread-safe. */
public final class Users {

    private static final Pattern PRINCIPAL_NAME = Pattern.compile(
            "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\\p{L}\\p{N}]([\\p{L}\\p{N}.-]{0,188}[\\p{L}\\p{N}])?");
    private static final int LONGEST_NAME = 256;
    private static final Field<Boolean> HAS_PASSKEY = field(exists(selectOne()
                    .from(UserTables.Passkeys.TABLE)
                    .where(UserTables.Passkeys.TENANT_ID.eq(TENANT_ID), UserTables.Passkeys.USER_ID.eq(ID))))
            .as("has_passkey");
    private static final List<Field<?>> COLUMNS = List.of(
            TENANT_ID,
            ID,
            USER_PRINCIPAL_NAME,
            DISPLAY_NAME,
            GIVEN_NAME,
            FAMILY_NAME,
            DIRECTORY_ROLES,
            ENABLED,
            SECOND_FACTOR,
            PASSWORD,
            TOTP_SECRET,
            HAS_PASSKEY,
            CREATED_AT);

    private final InstantSource time;

    public Users(InstantSource time) {
        this.time = time;
    }

    /**
     * Makes an enabled user without a password.
     *
     * @throws ApiException 400 for names that are malformed or taken
     */
    public User create(DSLContext sql, String tenantId, String userPrincipalName, String displayName) {
        var name = fold(userPrincipalName);
        if (!PRINCIPAL_NAME.matcher(name).matches()) {
            throw ApiException.badRequest("userPrincipalName: must look like ada@example.com.");
        }
        if (sql.fetchExists(TABLE, USER_PRINCIPAL_NAME.eq(name))) {
            throw ApiException.badRequest("userPrincipalName: " + name + " is taken.");
        }
        requireDisplayName(displayName);
        var id = Guid.random();
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(ID, id)
                .set(USER_PRINCIPAL_NAME, name)
                .set(DISPLAY_NAME, displayName)
                .set(ENABLED, true)
                .set(SECOND_FACTOR, false)
                .set(TOTP_LAST_STEP, 0L)
                .set(FAILED_TRIES, 0L)
                .set(LOCKED_UNTIL, 0L)
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
        return find(sql, tenantId, id).orElseThrow();
    }

    /** The user with this id, with or without dashes, or this user principal name. */
    public Optional<User> find(DSLContext sql, String tenantId, String idOrName) {
        var named = Guid.parse(idOrName).map(ID::eq).orElseGet(() -> USER_PRINCIPAL_NAME.eq(fold(idOrName)));
        return fetch(sql, TENANT_ID.eq(tenantId).and(named));
    }

    /** The user as it is, kept from every other change until the transaction ends. */
    public Optional<User> lock(DSLContext sql, User user) {
        sql.update(TABLE).set(ENABLED, ENABLED).where(is(user)).execute();
        return fetch(sql, is(user));
    }

    /** The user with this name, of whatever tenant: for sign-ins that name none. */
    public Optional<User> findByName(DSLContext sql, String userPrincipalName) {
        return fetch(sql, USER_PRINCIPAL_NAME.eq(fold(userPrincipalName)));
    }

    /** All users of a tenant, by name. */
    public List<User> all(DSLContext sql, String tenantId) {
        return sql.select(COLUMNS)
                .from(TABLE)
                .where(TENANT_ID.eq(tenantId))
                .orderBy(USER_PRINCIPAL_NAME)
                .fetch(Users::user);
    }

    public void changeDisplayName(DSLContext sql, User user, String displayName) {
        requireDisplayName(displayName);
        set(sql, user, DISPLAY_NAME, displayName);
    }

    /** @param name what tokens tell as {@code given_name}; empty: nothing */
    public void changeGivenName(DSLContext sql, User user, Optional<String> name) {
        set(sql, user, GIVEN_NAME, name.orElse(null));
    }

    /** @param name what tokens tell as {@code family_name}; empty: nothing */
    public void changeFamilyName(DSLContext sql, User user, Optional<String> name) {
        set(sql, user, FAMILY_NAME, name.orElse(null));
    }

    /** Gives a user exactly these directory roles. */
    public void changeDirectoryRoles(DSLContext sql, User user, Set<DirectoryRole> roles) {
        set(sql, user, DIRECTORY_ROLES, DirectoryRole.words(roles));
    }

    /** Enables or disables a user, whose tokens then stop working too. */
    public void changeEnabled(DSLContext sql, User user, boolean enabled) {
        set(sql, user, ENABLED, enabled);
    }

    public void changeSecondFactor(DSLContext sql, User user, boolean required) {
        set(sql, user, SECOND_FACTOR, required);
    }

    /** Takes every second factor away, for a user who lost it: authenticator application, passkeys, recovery codes. */
    void resetSecondFactor(DSLContext sql, User user) {
        sql.deleteFrom(UserTables.Passkeys.TABLE)
                .where(UserTables.Passkeys.TENANT_ID.eq(user.tenantId()), UserTables.Passkeys.USER_ID.eq(user.id()))
                .execute();
        sql.deleteFrom(UserTables.RecoveryCodes.TABLE)
                .where(
                        UserTables.RecoveryCodes.TENANT_ID.eq(user.tenantId()),
                        UserTables.RecoveryCodes.USER_ID.eq(user.id()))
                .execute();
        sql.update(TABLE)
                .set(TOTP_SECRET, (byte @Nullable []) null)
                .where(is(user))
                .execute();
    }

    /** Forgets failed tries. */
    public void unlock(DSLContext sql, User user) {
        sql.update(TABLE)
                .set(FAILED_TRIES, 0L)
                .set(LOCKED_UNTIL, 0L)
                .where(is(user))
                .execute();
    }

    static Condition is(User user) {
        return TENANT_ID.eq(user.tenantId()).and(ID.eq(user.id()));
    }

    private static <T> void set(DSLContext sql, User user, Field<T> field, @Nullable T value) {
        sql.update(TABLE).set(field, value).where(is(user)).execute();
    }

    private static void requireDisplayName(String displayName) {
        if (displayName.isBlank() || displayName.length() > LONGEST_NAME) {
            throw ApiException.badRequest("displayName: must have 1 to " + LONGEST_NAME + " characters.");
        }
    }

    private static String fold(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private static Optional<User> fetch(DSLContext sql, Condition condition) {
        return sql.select(COLUMNS).from(TABLE).where(condition).fetchOptional(Users::user);
    }

    private static User user(Record row) {
        return new User(
                row.get(TENANT_ID),
                row.get(ID),
                row.get(USER_PRINCIPAL_NAME),
                row.get(DISPLAY_NAME),
                Optional.ofNullable(row.get(GIVEN_NAME)),
                Optional.ofNullable(row.get(FAMILY_NAME)),
                DirectoryRole.parse(row.get(DIRECTORY_ROLES)),
                row.get(ENABLED),
                row.get(SECOND_FACTOR),
                row.get(PASSWORD) != null,
                row.get(TOTP_SECRET) != null,
                row.get(HAS_PASSKEY),
                Instants.instant(row.get(CREATED_AT)));
    }
}
