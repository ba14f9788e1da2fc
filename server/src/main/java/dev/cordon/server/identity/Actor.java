package dev.cordon.server.identity;

import dev.cordon.server.web.Caller;

/** A caller as the audit log names it. */
public final class Actor {

    private Actor() {}

    public static String of(Caller caller) {
        return caller.displayName() + " (" + caller.subjectId() + ")";
    }
}
