package dev.cordon.server.actions;

import dev.cordon.server.web.Permissions;
import java.util.Arrays;

/** The kinds of machine action that this server carries out. */
enum ActionType {
    ISOLATE("Isolate", Permissions.MACHINE_ISOLATE, "NetworkIsolation"),
    UNISOLATE("Unisolate", Permissions.MACHINE_ISOLATE, "NetworkIsolation");

    private final String word;
    private final String permission;
    private final String capability;

    ActionType(String word, String permission, String capability) {
        this.word = word;
        this.permission = permission;
        this.capability = capability;
    }

    /** As the API and the store spell it. */
    String word() {
        return word;
    }

    /** What a caller needs to ask for it and to cancel it. */
    String permission() {
        return permission;
    }

    /** What the machine's agent must be able to do. */
    String capability() {
        return capability;
    }

    static ActionType of(String word) {
        return Arrays.stream(values())
                .filter(type -> type.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no action type is called " + word));
    }
}
