package dev.cordon.server.users;

import dev.cordon.server.identity.Tenants;
import org.jooq.DSLContext;

/**
 * Whether a password alone does for a user: not where an administrator asks for a second factor (of the user, of a role, of
 * the whole tenant), and not where the user has enrolled one. Runs in the caller's transaction. Thread-safe.
 */
public final class SecondFactorRule {

    private final Tenants tenants;
    private final Roles roles;

    SecondFactorRule(Tenants tenants, Roles roles) {
        this.tenants = tenants;
        this.roles = roles;
    }

    /** Whether an administrator asks for a second factor. */
    public boolean isRequired(DSLContext sql, User user) {
        return user.secondFactor()
                || roles.of(sql, user.tenantId(), user.id()).stream().anyMatch(Role::secondFactor)
                || tenants.settings(sql, user.tenantId()).signIn().requireSecondFactor();
    }

    /** Whether a password is only half of the way. */
    public boolean applies(DSLContext sql, User user) {
        return user.hasSecondFactor() || isRequired(sql, user);
    }
}
