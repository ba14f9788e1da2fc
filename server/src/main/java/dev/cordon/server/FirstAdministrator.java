package dev.cordon.server;

import dev.cordon.server.identity.Tenants;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.Invitations;
import java.net.URI;
import java.util.Optional;

/** Lets the first user in, by a link instead of a password that every server would have. Thread-safe. */
final class FirstAdministrator {

    private final Database database;
    private final Tenants tenants;
    private final Accounts accounts;
    private final URI url;

    FirstAdministrator(Database database, Tenants tenants, Accounts accounts, URI url) {
        this.database = database;
        this.tenants = tenants;
        this.accounts = accounts;
        this.url = url;
    }

    /** A fresh link, unless the home tenant has a user; links given out before no longer hold. */
    Optional<URI> link() {
        return database.write(sql -> tenants.all(sql).stream()
                .findFirst()
                .filter(home -> accounts.users().all(sql, home.id()).isEmpty())
                .map(home -> accounts.invitations().createForFirst(sql, home.id()))
                .map(created -> URI.create(url + Invitations.PATH + created.code())));
    }
}
