package dev.cordon.cli;

import dev.cordon.fleet.client.RequestFailedException;
import dev.cordon.fleet.client.ServerUnreachableException;

/** Exit statuses of {@code cordon}. Scripts rely on them: they are documented and do not change. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int DENIED = 4;
    static final int UNREACHABLE = 5;
    /** An action was waited for and ended otherwise than {@code Succeeded}, or not in time. */
    static final int ACTION_FAILED = 6;

    private ExitCode() {}

    static int of(Throwable failure) {
        return switch (failure) {
            case RequestFailedException refused ->
                switch (refused.status()) {
                    case 404 -> NOT_FOUND;
                    case 401, 403 -> DENIED;
                    default -> "unauthorized_client".equals(refused.code()) ? DENIED : FAILED;
                };
            case ServerUnreachableException _ -> UNREACHABLE;
            case IllegalArgumentException _ -> USAGE;
            default -> FAILED;
        };
    }
}
