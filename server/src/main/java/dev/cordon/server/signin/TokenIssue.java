package dev.cordon.server.signin;

import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.User;
import java.util.Optional;
import java.util.SortedSet;
import org.jooq.DSLContext;

/** The last step of every grant with a user: from a sign-in to its tokens. Thread-safe. */
record TokenIssue(GrantedScopes scopes, RefreshTokens refreshTokens, UserTokens tokens) {

    /** A sign-in and the refresh token that was made for it, if it asked for one. */
    record SignedIn(SignIn signIn, Optional<String> refreshToken) {
        @Override
        public String toString() {
            return "SignedIn[" + signIn.id() + "]";
        }
    }

    SignedIn signedIn(DSLContext sql, SignIn signIn, ScopeRequest scope) {
        return signedIn(sql, signIn, scope, false);
    }

    /** @param singlePage whether a page in a browser keeps the tokens */
    SignedIn signedIn(DSLContext sql, SignIn signIn, ScopeRequest scope, boolean singlePage) {
        return new SignedIn(
                signIn,
                scope.offline() ? Optional.of(refreshTokens.create(sql, signIn, singlePage)) : Optional.empty());
    }

    TokenAnswer answer(
            TokenRequest request,
            AuthenticatedClient client,
            User user,
            SignedIn signedIn,
            ScopeRequest scope,
            SortedSet<String> granted,
            Optional<String> nonce) {
        boolean clientInfo = request.form().optional("client_info").equals(Optional.of("1"));
        return tokens.answer(new UserTokens.Material(
                request.endpoint(),
                client,
                user,
                signedIn.signIn(),
                scope,
                granted,
                nonce,
                signedIn.refreshToken(),
                clientInfo,
                request.address(),
                request.base()));
    }
}
