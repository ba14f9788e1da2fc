package dev.cordon.server;

import dev.cordon.server.web.Caller;
import dev.cordon.server.web.TokenVerifier;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Gives any caller a token, so that a walk over all permissions needs no sign-in for each. */
final class TokenOfCaller implements TokenVerifier {

    private final ConcurrentHashMap<String, Caller> callers = new ConcurrentHashMap<>();

    String of(Caller caller) {
        var token = UUID.randomUUID().toString();
        callers.put(token, caller);
        return token;
    }

    @Override
    public Caller verify(String token) {
        var caller = callers.get(token);
        if (caller == null) {
            throw new AssertionError("no such token: " + token);
        }
        return caller;
    }
}
