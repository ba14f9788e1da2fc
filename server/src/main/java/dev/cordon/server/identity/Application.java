package dev.cordon.server.identity;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A client of the API that acts for itself.
 *
 * @param id the client id; GUID, lower case with dashes
 * @param objectId what tokens carry as {@code oid} and {@code sub}
 * @param ownTenantOnly whether it is served under its tenant's name only, and not at {@code common} and
 *     {@code organizations}
 * @param enabled a disabled application gets no tokens, and those it has stop working
 */
public record Application(
        String tenantId,
        String id,
        String objectId,
        String displayName,
        SortedSet<String> permissions,
        boolean ownTenantOnly,
        boolean enabled,
        Instant createdAt) {

    public Application {
        permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
    }
}
