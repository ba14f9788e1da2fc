package dev.cordon.server.signin;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How users sign in to an application.
 *
 * @param publicClient whether it runs where it can keep no secret
 * @param passwordGrant whether it may take users' passwords itself
 * @param idTokens whether the authorization endpoint may hand it id tokens
 * @param exposesApi whether it has an API of its own, for which other applications get tokens
 * @param redirectUris where answers of the authorization endpoint may go
 * @param logoutUri where it is told that a user has signed out; with the origin of a redirect URI
 * @param scopes the delegated permissions that it may ever ask for
 */
record Client(
        boolean publicClient,
        boolean passwordGrant,
        boolean idTokens,
        boolean exposesApi,
        List<String> redirectUris,
        Optional<String> logoutUri,
        SortedSet<String> scopes) {

    /** An application that acts only for itself. */
    static final Client NONE = new Client(false, false, List.of(), new TreeSet<>());

    Client {
        redirectUris = List.copyOf(redirectUris);
        scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
    }

    /** One that gets its id tokens from the token endpoint only. */
    Client(boolean publicClient, boolean passwordGrant, List<String> redirectUris, SortedSet<String> scopes) {
        this(publicClient, passwordGrant, false, false, redirectUris, Optional.empty(), scopes);
    }

    /** One that is not told of logouts. */
    Client(
            boolean publicClient,
            boolean passwordGrant,
            boolean idTokens,
            List<String> redirectUris,
            SortedSet<String> scopes) {
        this(publicClient, passwordGrant, idTokens, false, redirectUris, Optional.empty(), scopes);
    }

    /** The same with an API of its own. */
    Client exposingApi() {
        return new Client(publicClient, passwordGrant, idTokens, true, redirectUris, logoutUri, scopes);
    }
}
