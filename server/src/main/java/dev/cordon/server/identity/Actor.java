package dev.cordon.server.identity;

import dev.cordon.server.web.Caller;

/** A caller as the audit log names it. */
final class Actor {

    private Actor() {}

    static String of(Caller caller) {
        return caller.displayName() + " (" + caller.subjectId() + ")";
    }
}
