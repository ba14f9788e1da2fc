package dev.cordon.server.federation;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.federation.OutsideIdentities.Link;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.issuers.ClaimValues;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.Role;
import dev.cordon.server.users.User;
import dev.cordon.server.web.ApiException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/**
 * Finds the user who somebody at an issuer is: the one linked to the subject; else, where the issuer's rules say so, the
 * one of that name, or a new one. Runs in the caller's transaction. Thread-safe.
 */
final class OutsideUsers {

    private static final int LONGEST_NAME = 256;

    private final Accounts accounts;
    private final OutsideIdentities identities;
    private final AuditLog audit;

    OutsideUsers(Accounts accounts, OutsideIdentities identities, AuditLog audit) {
        this.accounts = accounts;
        this.identities = identities;
        this.audit = audit;
    }

    /** A user who may come in, or the reason why nobody may. What was changed on the way holds in both cases. */
    sealed interface Found {
        record Known(User user) implements Found {}

        record Refused(String why) implements Found {}
    }

    /** @param claims of an id token that was checked */
    Found find(DSLContext sql, SignInIssuer issuer, JWTClaimsSet claims) {
        var linked = identities.ofSubject(sql, issuer, claims.getSubject());
        if (linked.isPresent()) {
            return linked(sql, issuer, claims, linked.get());
        }
        var named = issuer.rules()
                .linkClaim()
                .flatMap(claim -> name(claims, claim))
                .flatMap(name -> accounts.users().find(sql, issuer.tenantId(), name));
        if (named.isPresent()) {
            return link(sql, issuer, claims, named.get());
        }
        return issuer.rules().createUsers()
                ? create(sql, issuer, claims)
                : new Found.Refused("Nobody here is linked to your account at " + issuer.displayName()
                        + ". Ask an administrator to link the subject " + Excerpt.of(claims.getSubject())
                        + " to your user.");
    }

    private Found linked(DSLContext sql, SignInIssuer issuer, JWTClaimsSet claims, Link link) {
        var user = accounts.users().find(sql, issuer.tenantId(), link.userId()).filter(User::enabled);
        if (user.isEmpty()) {
            return new Found.Refused("This account is disabled.");
        }
        if (!link.managed()) {
            return new Found.Known(user.get());
        }
        var roles = roles(sql, issuer, claims);
        var before = accounts.roles().of(sql, issuer.tenantId(), link.userId());
        if (!ids(roles).equals(ids(before))) {
            accounts.roles().assign(sql, user.get(), roles);
            log(sql, issuer, "user.changed", user.get(), Map.of("roles", names(roles)));
        }
        if (roles.isEmpty()) {
            accounts.signIns().revokeAll(sql, user.get());
            return withoutRole(issuer);
        }
        return new Found.Known(user.get());
    }

    private Found link(DSLContext sql, SignInIssuer issuer, JWTClaimsSet claims, User user) {
        if (!user.enabled()) {
            return new Found.Refused("This account is disabled.");
        }
        if (identities.ofUser(sql, issuer, user.id()).isPresent()) {
            return new Found.Refused("The user " + user.userPrincipalName() + " is linked to another account at "
                    + issuer.displayName() + ". Ask an administrator.");
        }
        identities.add(sql, issuer, new Link(claims.getSubject(), user.id(), false));
        log(sql, issuer, "user.linked", user, Map.of("issuer", issuer.id(), "subject", claims.getSubject()));
        return new Found.Known(user);
    }

    private Found create(DSLContext sql, SignInIssuer issuer, JWTClaimsSet claims) {
        var roles = roles(sql, issuer, claims);
        if (roles.isEmpty()) {
            return withoutRole(issuer);
        }
        var name = name(claims, issuer.rules().nameClaim());
        if (name.isEmpty()) {
            return new Found.Refused(issuer.displayName() + " does not say by which name you are known: the claim "
                    + issuer.rules().nameClaim() + " is missing or not verified. Ask an administrator.");
        }
        try {
            var displayName = ClaimValues.text(claims, "name")
                    .filter(text -> text.length() <= LONGEST_NAME)
                    .orElse(name.get());
            var user = accounts.users().create(sql, issuer.tenantId(), name.get(), displayName);
            accounts.roles().assign(sql, user, roles);
            identities.add(sql, issuer, new Link(claims.getSubject(), user.id(), true));
            log(
                    sql,
                    issuer,
                    "user.created",
                    user,
                    Map.of("name", user.userPrincipalName(), "roles", names(roles), "subject", claims.getSubject()));
            return new Found.Known(user);
        } catch (ApiException e) {
            return new Found.Refused("A user for your account at " + issuer.displayName() + " could not be made: "
                    + e.getMessage() + " Ask an administrator.");
        }
    }

    private static Found withoutRole(SignInIssuer issuer) {
        return new Found.Refused("Your account at " + issuer.displayName()
                + " has none of the roles that are let in here. Ask an administrator.");
    }

    /** A name that a claim gives. An address counts only if the issuer has verified that it is the person's. */
    private static Optional<String> name(JWTClaimsSet claims, String claim) {
        boolean verified = !claim.equals("email")
                || "true"
                        .equals(String.valueOf(claims.getClaim("email_verified"))
                                .toLowerCase(Locale.ROOT));
        return verified ? ClaimValues.text(claims, claim).filter(text -> text.contains("@")) : Optional.empty();
    }

    /** A role that was deleted meanwhile gives nothing. */
    private List<Role> roles(DSLContext sql, SignInIssuer issuer, JWTClaimsSet claims) {
        var ids = issuer.rules().roleIds(claims);
        return accounts.roles().all(sql, issuer.tenantId()).stream()
                .filter(role -> ids.contains(role.id()))
                .toList();
    }

    private static java.util.Set<String> ids(List<Role> roles) {
        return roles.stream().map(Role::id).collect(Collectors.toSet());
    }

    private static List<String> names(List<Role> roles) {
        return roles.stream().map(Role::displayName).toList();
    }

    private void log(DSLContext sql, SignInIssuer issuer, String event, User user, Map<String, ?> detail) {
        audit.append(
                sql,
                issuer.tenantId(),
                issuer.displayName() + " (issuer " + issuer.id() + ")",
                event,
                "user:" + user.id(),
                detail);
    }
}
