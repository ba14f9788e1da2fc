package dev.cordon.agent.vault;

/**
 * Why something is in the vault. Immutable.
 *
 * @param actionId of the action that asked for it
 * @param text for people
 */
public record Reason(String actionId, String text) {}
