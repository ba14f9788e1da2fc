package dev.cordon.server.signin;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.Identity;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.web.Route;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The parts of this package, wired: the grants with a user. Thread-safe. */
public final class UserSignIn {

    private final Parts parts;
    private final TokenIssue issue;

    public UserSignIn(
            Database database,
            AuditLog audit,
            Identity identity,
            Accounts accounts,
            KeyVault vault,
            InstantSource time) {
        var clients = new Clients(time);
        parts = new Parts(database, audit, identity, accounts, clients, vault, time);
        issue = new TokenIssue(
                new GrantedScopes(identity.audiences(), clients),
                new RefreshTokens(accounts.signIns(), time),
                new UserTokens(identity.signer(), time));
    }

    /** The grants, by {@code grant_type}. */
    public Map<String, Grant> grants() {
        return Map.of(
                "password", new PasswordGrant(parts, issue),
                "refresh_token", new RefreshTokenGrant(parts, issue));
    }

    /** The endpoints beside the token endpoint. */
    public List<Route> routes() {
        return List.of();
    }

    Parts parts() {
        return parts;
    }
}
