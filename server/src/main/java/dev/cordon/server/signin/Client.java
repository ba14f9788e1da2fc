package dev.cordon.server.signin;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How users sign in to an application.
 *
 * @param publicClient whether it runs where it can keep no secret
 * @param passwordGrant whether it may take users' passwords itself
 * @param idTokens whether the authorization endpoint may hand it id tokens
 * @param exposesApi whether it has an API of its own, for which other applications get tokens
 * @param redirectUris where answers of the authorization endpoint may go
 * @param singlePageUris the same for its pages that redeem codes in the browser, from these URIs' origins
 * @param logoutUri where it is told that a user has signed out; with the origin of a redirect URI
 * @param scopes the delegated permissions that it may ever ask for
 */
record Client(
        boolean publicClient,
        boolean passwordGrant,
        boolean idTokens,
        boolean exposesApi,
        List<String> redirectUris,
        List<String> singlePageUris,
        Optional<String> logoutUri,
        SortedSet<String> scopes) {

    /** An application that acts only for itself. */
    static final Client NONE = new Client(false, false, List.of(), new TreeSet<>());

    Client {
        redirectUris = List.copyOf(redirectUris);
        singlePageUris = List.copyOf(singlePageUris);
        scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
    }

    /** One that gets its id tokens from the token endpoint only. */
    Client(boolean publicClient, boolean passwordGrant, List<String> redirectUris, SortedSet<String> scopes) {
        this(publicClient, passwordGrant, false, false, redirectUris, List.of(), Optional.empty(), scopes);
    }

    /** One that is not told of logouts. */
    Client(
            boolean publicClient,
            boolean passwordGrant,
            boolean idTokens,
            List<String> redirectUris,
            SortedSet<String> scopes) {
        this(publicClient, passwordGrant, idTokens, false, redirectUris, List.of(), Optional.empty(), scopes);
    }

    /** The same with an API of its own. */
    Client exposingApi() {
        return new Client(publicClient, passwordGrant, idTokens, true, redirectUris, singlePageUris, logoutUri, scopes);
    }

    /** The same with a page that redeems codes itself. */
    Client withSinglePage(String uri) {
        return new Client(
                publicClient, passwordGrant, idTokens, exposesApi, redirectUris, List.of(uri), logoutUri, scopes);
    }

    /** Where answers of the authorization endpoint may go, of both kinds. */
    List<String> allRedirectUris() {
        return Stream.concat(redirectUris.stream(), singlePageUris.stream()).toList();
    }

    /** Whether answers may go to a URI. Those of pages have no free port: an origin has none either. */
    boolean mayRedirectTo(String uri) {
        return RedirectUri.matches(redirectUris, uri) || singlePageUris.contains(uri);
    }
}
