package dev.cordon.cli.connection;

import java.io.Serial;

/** What a user's sign-in gave has ended or was taken back. */
public final class SignInAgainException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    SignInAgainException() {
        super("you are not signed in any more. Sign in again with: cordon login");
    }
}
