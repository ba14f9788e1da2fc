package dev.cordon.server.identity;

import static dev.cordon.server.identity.CredentialTables.UsedAssertions.APPLICATION_ID;
import static dev.cordon.server.identity.CredentialTables.UsedAssertions.EXPIRES_AT;
import static dev.cordon.server.identity.CredentialTables.UsedAssertions.ID;
import static dev.cordon.server.identity.CredentialTables.UsedAssertions.TABLE;
import static dev.cordon.server.identity.CredentialTables.UsedAssertions.TENANT_ID;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * Remembers the {@code jti} of accepted assertions until they are over (RFC 7523, 3, rule 7), for all servers that share
 * the database. Thread-safe.
 */
final class UsedAssertions {

    private final Database database;
    private final InstantSource time;

    UsedAssertions(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    /**
     * Marks an assertion as used, in a transaction of its own.
     *
     * @param until when it would be refused anyway
     * @return whether it was not used before
     */
    boolean use(Application application, String jti, Instant until) {
        return database.write(sql -> {
            sql.deleteFrom(TABLE)
                    .where(EXPIRES_AT.lt(Instants.micros(time.instant())))
                    .execute();
            return sql.insertInto(TABLE)
                            .set(TENANT_ID, application.tenantId())
                            .set(APPLICATION_ID, application.id())
                            .set(ID, hash(jti))
                            .set(EXPIRES_AT, Instants.micros(until))
                            .onConflictDoNothing()
                            .execute()
                    == 1;
        });
    }

    private static String hash(String jti) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(jti.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
