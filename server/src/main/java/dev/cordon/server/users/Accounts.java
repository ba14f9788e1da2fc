package dev.cordon.server.users;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.identity.UserDirectory;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.Route;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** The parts of this package, wired. Thread-safe. */
public final class Accounts implements AutoCloseable {

    private final Database database;
    private final AuditLog audit;
    private final InstantSource time;
    private final Users users;
    private final Invitations invitations;
    private final Roles roles = new Roles();
    private final SignIns signIns;
    private final Sessions sessions;
    private final PasswordHash hash;
    private final PasswordCheck passwords;
    private final Passkeys passkeys;
    private final SecondFactorRule rule;
    private final PortalRoles portalRoles;

    public Accounts(Database database, AuditLog audit, InstantSource time) {
        this(database, audit, time, PasswordHash.ITERATIONS);
    }

    /** @param iterations rounds for the hash of a password; tests need not wait for the usual number */
    public Accounts(Database database, AuditLog audit, InstantSource time, int iterations) {
        this.database = database;
        this.audit = audit;
        this.time = time;
        users = new Users(time);
        invitations = new Invitations(time);
        signIns = new SignIns(time);
        sessions = new Sessions(users, time);
        hash = new PasswordHash(iterations);
        var tenants = new Tenants(time);
        rule = new SecondFactorRule(tenants, roles);
        portalRoles = new PortalRoles(tenants, roles);
        passwords = new PasswordCheck(database, users, hash, rule, tenants, time);
        passkeys = new Passkeys(database, users, time);
    }

    public Users users() {
        return users;
    }

    public Roles roles() {
        return roles;
    }

    public PortalRoles portalRoles() {
        return portalRoles;
    }

    public SignIns signIns() {
        return signIns;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Invitations invitations() {
        return invitations;
    }

    /** The endpoints of administration. */
    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        routes.addAll(new UserEndpoints(database, this, audit).routes());
        routes.addAll(new RoleEndpoints(database, roles, audit).routes());
        return List.copyOf(routes);
    }

    /** @param vault wraps the secrets of authenticator applications */
    public SecondFactor secondFactor(KeyVault vault) {
        return new SecondFactor(database, vault, time);
    }

    public RecoveryCodes recoveryCodes() {
        return new RecoveryCodes(time);
    }

    public SecondFactorRule secondFactorRule() {
        return rule;
    }

    public Passkeys passkeys() {
        return passkeys;
    }

    public PasswordCheck passwords() {
        return passwords;
    }

    /**
     * Sets the password that a user chose: failed tries are forgotten, whatever was signed in before is signed out, and the
     * audit log tells of it, all in the caller's transaction.
     *
     * @param ip where the user sits
     */
    public void setPassword(DSLContext sql, User user, PasswordCheck.Hashed password, String ip) {
        passwords.set(sql, user, password);
        signIns.revokeAll(sql, user);
        audit.append(sql, user.tenantId(), user.actor(), "user.passwordSet", "user:" + user.id(), Map.of("ip", ip));
    }

    /** What the check of access tokens asks. */
    public UserDirectory directory() {
        return new Directory(users, portalRoles, signIns);
    }

    @Override
    public void close() {
        hash.close();
    }
}
