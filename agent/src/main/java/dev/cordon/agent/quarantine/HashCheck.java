package dev.cordon.agent.quarantine;

import com.google.protobuf.ByteString;
import dev.cordon.agent.hash.FileHash;

/** Whether an order's hash can be one. Stateless. */
final class HashCheck {

    private HashCheck() {}

    /** What is wrong with it, or empty. */
    static String problem(ByteString hash) {
        try {
            FileHash.of(hash);
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
