package dev.cordon.cli;

import dev.cordon.cli.connection.RefusedException;
import dev.cordon.cli.connection.SignInAgainException;
import dev.cordon.cli.connection.UnreachableException;

/** Exit statuses of {@code cordon}. Scripts rely on them: they are documented and do not change. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    /** Also: not confirmed, and nothing was done. */
    static final int USAGE = 2;

    static final int NOT_FOUND = 3;
    static final int DENIED = 4;
    static final int UNREACHABLE = 5;
    /** An action was waited for and ended otherwise than {@code Succeeded}. */
    static final int ACTION_FAILED = 6;
    /** An action was waited for and did not end in time; it goes on. */
    static final int TIMED_OUT = 7;

    private ExitCode() {}

    static int of(Throwable failure) {
        return switch (failure) {
            case RefusedException refused ->
                switch (refused.status()) {
                    case 404 -> NOT_FOUND;
                    case 401, 403 -> DENIED;
                    default -> "unauthorized_client".equals(refused.code()) ? DENIED : FAILED;
                };
            case UnreachableException _ -> UNREACHABLE;
            case SignInAgainException _ -> DENIED;
            case IllegalArgumentException _ -> USAGE;
            default -> FAILED;
        };
    }
}
