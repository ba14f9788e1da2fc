package dev.cordon.server.web;

import io.javalin.http.Context;
import io.javalin.http.Header;

/** The token in a request's Authorization header (RFC 6750, 2.1). Stateless. */
public final class BearerToken {

    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    /**
     * The token; the scheme's case does not matter.
     *
     * @throws ApiException 401 if there is none
     */
    public static String of(Context http) {
        var header = http.header(Header.AUTHORIZATION);
        if (header == null) {
            throw ApiException.unauthorized("The request has no bearer token.");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw ApiException.unauthorized("The Authorization header holds no bearer token.");
        }
        var token = header.substring(SCHEME.length()).strip();
        if (token.isEmpty()) {
            throw ApiException.unauthorized("The bearer token is empty.");
        }
        return token;
    }
}
