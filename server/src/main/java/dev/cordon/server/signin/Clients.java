package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.signin.SignInTables.Consented;
import dev.cordon.server.signin.SignInTables.RedirectUris;
import dev.cordon.server.signin.SignInTables.Scopes;
import dev.cordon.server.store.Instants;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * How users sign in to applications, and what users and administrators have consented to. Methods run in the caller's
 * transaction. Thread-safe.
 */
final class Clients {

    /** In place of a user: an administrator consented for everybody. */
    static final String EVERYBODY = "";

    private final InstantSource time;

    Clients(InstantSource time) {
        this.time = time;
    }

    Client find(DSLContext sql, Application application) {
        return sql.select(
                        SignInTables.Clients.PUBLIC_CLIENT,
                        SignInTables.Clients.PASSWORD_GRANT,
                        SignInTables.Clients.ID_TOKENS,
                        SignInTables.Clients.EXPOSES_API,
                        SignInTables.Clients.LOGOUT_URI)
                .from(SignInTables.Clients.TABLE)
                .where(
                        SignInTables.Clients.TENANT_ID.eq(application.tenantId()),
                        SignInTables.Clients.APPLICATION_ID.eq(application.id()))
                .fetchOptional(row -> new Client(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        redirectUris(sql, application, false),
                        redirectUris(sql, application, true),
                        Optional.ofNullable(row.value5()),
                        scopes(sql, application)))
                .orElse(Client.NONE);
    }

    boolean isPublic(DSLContext sql, Application application) {
        return find(sql, application).publicClient();
    }

    /** Replaces all of it; consents to permissions that are gone are gone too. */
    void change(DSLContext sql, Application application, Client client) {
        delete(sql, application);
        sql.insertInto(SignInTables.Clients.TABLE)
                .set(SignInTables.Clients.TENANT_ID, application.tenantId())
                .set(SignInTables.Clients.APPLICATION_ID, application.id())
                .set(SignInTables.Clients.PUBLIC_CLIENT, client.publicClient())
                .set(SignInTables.Clients.PASSWORD_GRANT, client.passwordGrant())
                .set(SignInTables.Clients.ID_TOKENS, client.idTokens())
                .set(SignInTables.Clients.EXPOSES_API, client.exposesApi())
                .set(SignInTables.Clients.LOGOUT_URI, client.logoutUri().orElse(null))
                .execute();
        insert(sql, application, client.redirectUris(), false);
        insert(sql, application, client.singlePageUris(), true);
        for (var scope : client.scopes()) {
            sql.insertInto(Scopes.TABLE)
                    .set(Scopes.TENANT_ID, application.tenantId())
                    .set(Scopes.APPLICATION_ID, application.id())
                    .set(Scopes.SCOPE, scope)
                    .execute();
        }
        sql.deleteFrom(Consented.TABLE)
                .where(
                        Consented.TENANT_ID.eq(application.tenantId()),
                        Consented.APPLICATION_ID.eq(application.id()),
                        Consented.SCOPE.notIn(client.scopes()))
                .execute();
    }

    /** What a user, or an administrator for everybody, has consented to. */
    SortedSet<String> consented(DSLContext sql, Application application, String userId) {
        return new TreeSet<>(sql.selectDistinct(Consented.SCOPE)
                .from(Consented.TABLE)
                .where(
                        Consented.TENANT_ID.eq(application.tenantId()),
                        Consented.APPLICATION_ID.eq(application.id()),
                        Consented.USER_ID.in(EVERYBODY, userId))
                .fetch(Consented.SCOPE));
    }

    /** @param userId {@link #EVERYBODY} or one user */
    void consent(DSLContext sql, Application application, String userId, Collection<String> scopes) {
        for (var scope : scopes) {
            sql.insertInto(Consented.TABLE)
                    .set(Consented.TENANT_ID, application.tenantId())
                    .set(Consented.APPLICATION_ID, application.id())
                    .set(Consented.USER_ID, userId)
                    .set(Consented.SCOPE, scope)
                    .set(Consented.GRANTED_AT, Instants.micros(time.instant()))
                    .onConflictDoNothing()
                    .execute();
        }
    }

    /** Takes back what an administrator consented to for everybody. */
    void withdraw(DSLContext sql, Application application) {
        sql.deleteFrom(Consented.TABLE)
                .where(
                        Consented.TENANT_ID.eq(application.tenantId()),
                        Consented.APPLICATION_ID.eq(application.id()),
                        Consented.USER_ID.eq(EVERYBODY))
                .execute();
    }

    /**
     * The redirect URIs of single-page applications.
     *
     * @param clientId of one application; absent for all
     */
    List<String> singlePages(DSLContext sql, Collection<String> tenantIds, Optional<String> clientId) {
        return sql.select(RedirectUris.URI)
                .from(RedirectUris.TABLE)
                .where(
                        RedirectUris.TENANT_ID.in(tenantIds),
                        RedirectUris.SINGLE_PAGE.eq(true),
                        clientId.map(RedirectUris.APPLICATION_ID::eq).orElseGet(DSL::noCondition))
                .fetch(RedirectUris.URI);
    }

    private static void insert(DSLContext sql, Application application, List<String> uris, boolean singlePage) {
        for (var uri : new TreeSet<>(uris)) {
            sql.insertInto(RedirectUris.TABLE)
                    .set(RedirectUris.TENANT_ID, application.tenantId())
                    .set(RedirectUris.APPLICATION_ID, application.id())
                    .set(RedirectUris.URI, uri)
                    .set(RedirectUris.SINGLE_PAGE, singlePage)
                    .execute();
        }
    }

    private static List<String> redirectUris(DSLContext sql, Application application, boolean singlePage) {
        return sql.select(RedirectUris.URI)
                .from(RedirectUris.TABLE)
                .where(
                        RedirectUris.TENANT_ID.eq(application.tenantId()),
                        RedirectUris.APPLICATION_ID.eq(application.id()),
                        RedirectUris.SINGLE_PAGE.eq(singlePage))
                .orderBy(RedirectUris.URI)
                .fetch(RedirectUris.URI);
    }

    private static SortedSet<String> scopes(DSLContext sql, Application application) {
        return new TreeSet<>(sql.select(Scopes.SCOPE)
                .from(Scopes.TABLE)
                .where(Scopes.TENANT_ID.eq(application.tenantId()), Scopes.APPLICATION_ID.eq(application.id()))
                .fetch(Scopes.SCOPE));
    }

    private static void delete(DSLContext sql, Application application) {
        sql.deleteFrom(RedirectUris.TABLE)
                .where(
                        RedirectUris.TENANT_ID.eq(application.tenantId()),
                        RedirectUris.APPLICATION_ID.eq(application.id()))
                .execute();
        sql.deleteFrom(Scopes.TABLE)
                .where(Scopes.TENANT_ID.eq(application.tenantId()), Scopes.APPLICATION_ID.eq(application.id()))
                .execute();
        sql.deleteFrom(SignInTables.Clients.TABLE)
                .where(
                        SignInTables.Clients.TENANT_ID.eq(application.tenantId()),
                        SignInTables.Clients.APPLICATION_ID.eq(application.id()))
                .execute();
    }
}
