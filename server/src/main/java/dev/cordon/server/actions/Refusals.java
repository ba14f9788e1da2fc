package dev.cordon.server.actions;

import dev.cordon.protocol.wire.RefusalReason;

/** What {@code errorHResult} shows when an agent did not accept a command. */
final class Refusals {

    private static final int BAD_SIGNATURE = 0x8009_0006; // NTE_BAD_SIGNATURE
    private static final int ACCESS_DENIED = 0x8007_0005; // ERROR_ACCESS_DENIED
    private static final int NOT_SUPPORTED = 0x8007_0032; // ERROR_NOT_SUPPORTED
    private static final int INVALID_DATA = 0x8007_000D; // ERROR_INVALID_DATA
    private static final int INVALID_STATE = 0x8007_139F; // ERROR_INVALID_STATE

    private Refusals() {}

    static int errorHResult(RefusalReason reason) {
        return switch (reason) {
            case REFUSAL_REASON_BAD_SIGNATURE -> BAD_SIGNATURE;
            case REFUSAL_REASON_WRONG_TENANT, REFUSAL_REASON_WRONG_MACHINE -> ACCESS_DENIED;
            case REFUSAL_REASON_REPLAYED -> INVALID_STATE;
            case REFUSAL_REASON_EXPIRED -> Transitions.TIMED_OUT;
            case REFUSAL_REASON_UNSUPPORTED -> NOT_SUPPORTED;
            case REFUSAL_REASON_MALFORMED -> INVALID_DATA;
            case REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> Transitions.UNSPECIFIED;
        };
    }
}
