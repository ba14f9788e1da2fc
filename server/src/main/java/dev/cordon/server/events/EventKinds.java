package dev.cordon.server.events;

/** How kinds of events are named by those who want only some. */
final class EventKinds {

    private EventKinds() {}

    /** {@code action} and {@code action.*} hold every kind of event of actions. */
    static boolean fits(String wanted, String kind) {
        var prefix = wanted.endsWith(".*") ? wanted.substring(0, wanted.length() - 2) : wanted;
        return kind.equals(prefix) || kind.startsWith(prefix + ".");
    }
}
