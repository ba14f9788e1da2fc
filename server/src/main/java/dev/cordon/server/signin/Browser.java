package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.OutsideSession;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What ties requests of one browser together: the session cookie, and the cookie that proves that a form was one of our
 * pages (double submit, so that no other site can send it). Both cookies are this host's only, out of reach of scripts.
 * Thread-safe.
 */
final class Browser {

    private static final String SESSION = "__Host-cordon-session";
    private static final String FORM = "__Host-cordon-form";

    private final Database database;
    private final Accounts accounts;
    private final InstantSource time;

    Browser(Database database, Accounts accounts, InstantSource time) {
        this.database = database;
        this.accounts = accounts;
        this.time = time;
    }

    /** The browser's session, complete or not. */
    Optional<Session> session(Context http) {
        return cookie(http, SESSION)
                .flatMap(secret -> database.read(sql -> accounts.sessions().find(sql, Secret.hash(secret))));
    }

    /** Begins a session in place of the one that was; always under a fresh secret. */
    Session begin(Context http, User user, List<String> methods, boolean complete) {
        return begin(http, user, methods, Optional.empty(), complete, time.instant());
    }

    /** Begins a session of somebody who signed in at an outside issuer. */
    Session begin(
            Context http,
            User user,
            List<String> methods,
            Optional<OutsideSession> outside,
            boolean complete,
            Instant authenticatedAt) {
        var secret = Secret.random();
        var before = cookie(http, SESSION).map(Secret::hash);
        var session = database.write(sql -> {
            before.ifPresent(hash -> accounts.sessions().delete(sql, hash));
            return accounts.sessions()
                    .create(sql, new Session(Secret.hash(secret), user, methods, outside, complete, authenticatedAt));
        });
        set(http, SESSION, secret, -1);
        return session;
    }

    /** Begins the session that follows a session, once the second factor was shown. */
    Session complete(Context http, Session first, String... factor) {
        var methods = Stream.of(first.methods().stream(), Stream.of(factor), Stream.of("mfa"))
                .flatMap(words -> words)
                .distinct()
                .toList();
        return begin(http, first.user(), methods, first.outside(), true, time.instant());
    }

    /** Begins the same session under a fresh secret. */
    Session again(Context http, Session session) {
        return begin(http, session.user(), session.methods(), session.outside(), true, time.instant());
    }

    /** Ends the session, and with it all tokens that came of it. */
    void end(Context http, Session session) {
        end(session);
        set(http, SESSION, "", 0);
    }

    /** Ends a session of some other browser. */
    void end(Session session) {
        database.write(sql -> {
            accounts.signIns().revokeAll(sql, session);
            accounts.sessions().delete(sql, session.hash());
            return session;
        });
    }

    /** The hidden field that each form carries. */
    Html formField(Context http) {
        var secret = cookie(http, FORM)
                .or(() -> Optional.ofNullable(http.<String>attribute(FORM)))
                .orElseGet(() -> {
                    var fresh = Secret.random();
                    set(http, FORM, fresh, -1);
                    http.attribute(FORM, fresh); // for the other forms of the same page
                    return fresh;
                });
        return Html.of("<input type=\"hidden\" name=\"form\" value=\"%s\">", proof(secret));
    }

    /** Whether a form was one of this browser's own pages. */
    boolean isOwn(Context http, TokenForm form) {
        var origin = http.header("Origin");
        if (origin != null && !origin.equals("null") && !origin.equalsIgnoreCase(RequestUrls.base(http))) {
            return false;
        }
        var secret = cookie(http, FORM);
        var sent = form.optional("form");
        return secret.isPresent()
                && sent.isPresent()
                && MessageDigest.isEqual(Secret.hash(proof(secret.get())), Secret.hash(sent.get()));
    }

    /** What only this browser, in this session, can show again. */
    byte[] binding(Context http) {
        return Secret.hash("browser " + cookie(http, FORM).orElse("") + " "
                + cookie(http, SESSION).orElse(""));
    }

    /** What only this browser can show again, in whatever session; empty if it keeps no cookies. */
    Optional<byte[]> ownBinding(Context http) {
        return cookie(http, FORM).map(secret -> Secret.hash("outside " + secret));
    }

    private static String proof(String secret) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hash("form " + secret));
    }

    private static Optional<String> cookie(Context http, String name) {
        @Nullable String value = http.cookie(name);
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    private static void set(Context http, String name, String value, int seconds) {
        http.cookie(new Cookie(name, value, "/", seconds, true, true, null, SameSite.LAX));
    }
}
