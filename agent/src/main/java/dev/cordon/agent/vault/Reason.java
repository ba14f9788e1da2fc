package dev.cordon.agent.vault;

/**
 * Why something is in the vault. Immutable.
 *
 * @param actionId of the action that asked for it
 * @param text for people
 * @param companion whether it is taken because it starts another file
 */
public record Reason(String actionId, String text, boolean companion) {

    public Reason(String actionId, String text) {
        this(actionId, text, false);
    }

    /** The same for what starts the file. */
    public Reason ofCompanion() {
        return new Reason(actionId, text, true);
    }
}
