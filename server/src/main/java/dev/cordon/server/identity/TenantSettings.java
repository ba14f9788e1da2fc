package dev.cordon.server.identity;

import java.time.Duration;

/**
 * What a tenant's administrators decide for all of its machines.
 *
 * @param actionLifetime how long an action may wait for its machine before it ends as {@code TimeOut}
 */
public record TenantSettings(
        IsolationSettings isolation,
        ExecutionSettings execution,
        ObjectSettings objects,
        SignInSettings signIn,
        Duration actionLifetime) {

    /** With the usual rules for signing in. */
    public TenantSettings(
            IsolationSettings isolation, ExecutionSettings execution, ObjectSettings objects, Duration actionLifetime) {
        this(isolation, execution, objects, SignInSettings.DEFAULT, actionLifetime);
    }

    /** What holds for a tenant that has set nothing. */
    public static final TenantSettings DEFAULT = new TenantSettings(
            IsolationSettings.DEFAULT, ExecutionSettings.DEFAULT, ObjectSettings.DEFAULT, Duration.ofDays(3));
}
