package dev.cordon.server.federation;

import static dev.cordon.server.federation.FederationTables.SignIns.AFRESH;
import static dev.cordon.server.federation.FederationTables.SignIns.BEGUN_AT;
import static dev.cordon.server.federation.FederationTables.SignIns.BROWSER;
import static dev.cordon.server.federation.FederationTables.SignIns.EXPIRES_AT;
import static dev.cordon.server.federation.FederationTables.SignIns.HASH;
import static dev.cordon.server.federation.FederationTables.SignIns.ISSUER_ID;
import static dev.cordon.server.federation.FederationTables.SignIns.NONCE;
import static dev.cordon.server.federation.FederationTables.SignIns.RETURN_PATH;
import static dev.cordon.server.federation.FederationTables.SignIns.TABLE;
import static dev.cordon.server.federation.FederationTables.SignIns.TENANT_ID;
import static dev.cordon.server.federation.FederationTables.SignIns.VERIFIER;

import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Browsers that were sent to an issuer (RFC 9700, 4.7): each comes back once, within minutes, with the state it was sent
 * with, in the browser that was sent, from the issuer it was sent to. Methods run in the caller's transaction. Thread-safe.
 */
final class StartedSignIns {

    static final Duration LIFETIME = Duration.ofMinutes(15);

    private final InstantSource time;

    StartedSignIns(InstantSource time) {
        this.time = time;
    }

    /**
     * @param verifier of the proof key
     * @param returnPath of this server, where the sign-in goes on
     * @param afresh whether the issuer was to ask the person again
     */
    record Started(String verifier, String nonce, String returnPath, boolean afresh, Instant begunAt) {
        @Override
        public String toString() {
            return "Started[" + begunAt + "]";
        }
    }

    void add(DSLContext sql, SignInIssuer issuer, byte[] state, byte[] browser, Started started) {
        sql.insertInto(TABLE)
                .set(HASH, state)
                .set(TENANT_ID, issuer.tenantId())
                .set(ISSUER_ID, issuer.id())
                .set(BROWSER, browser)
                .set(VERIFIER, started.verifier())
                .set(NONCE, started.nonce())
                .set(RETURN_PATH, started.returnPath())
                .set(AFRESH, started.afresh())
                .set(BEGUN_AT, Instants.micros(started.begunAt()))
                .set(EXPIRES_AT, Instants.micros(started.begunAt().plus(LIFETIME)))
                .execute();
    }

    /** The tenant and the issuer that somebody was sent to, and what goes with it. */
    record Taken(String tenantId, String issuerId, Started started) {}

    /** Uses a state up; empty if there is none for this browser, or its time is over. */
    Optional<Taken> take(DSLContext sql, byte[] state, byte[] browser) {
        var which = HASH.eq(state).and(BROWSER.eq(browser)).and(EXPIRES_AT.gt(Instants.micros(time.instant())));
        var found = sql.select(TENANT_ID, ISSUER_ID, VERIFIER, NONCE, RETURN_PATH, AFRESH, BEGUN_AT)
                .from(TABLE)
                .where(which)
                .fetchOptional(row -> new Taken(
                        row.value1(),
                        row.value2(),
                        new Started(
                                row.value3(),
                                row.value4(),
                                row.value5(),
                                row.value6(),
                                Instants.instant(row.value7()))));
        return found.filter(one -> sql.deleteFrom(TABLE).where(which).execute() == 1);
    }
}
