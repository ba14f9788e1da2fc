package dev.cordon.server.signin;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Identity;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import java.time.InstantSource;

/** What the grants and pages of this package are built from. */
record Parts(
        Database database,
        AuditLog audit,
        Identity identity,
        Accounts accounts,
        Clients clients,
        KeyVault vault,
        WrongTries tries,
        OpenWork openWork,
        GrantConditions conditions,
        InstantSource time) {}
