package dev.cordon.server.actions;

import dev.cordon.protocol.wire.Outcome;
import dev.cordon.server.web.Json;

/** Text that a machine wrote, made fit to be stored: bounded, and without what a database refuses. */
final class ReportText {

    private static final int LONGEST = 2_000;
    private static final int MOST_CHECKS = 64;

    private ReportText() {}

    static String clean(String text) {
        var bounded = text;
        if (text.length() > LONGEST) {
            int end = LONGEST - 1;
            bounded = text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
        }
        return bounded.replace('\0', '\ufffd');
    }

    /** What the machine looked at before it claimed its result. */
    static String json(Outcome outcome) {
        var json = Json.MAPPER.createObjectNode();
        json.put("message", clean(outcome.getMessage()));
        var checks = json.putArray("checks");
        outcome.getChecksList().stream()
                .limit(MOST_CHECKS)
                .forEach(check -> checks.addObject()
                        .put("name", clean(check.getName()))
                        .put("passed", check.getPassed())
                        .put("detail", clean(check.getDetail()))
                        .put("millis", Integer.toUnsignedLong(check.getMillis())));
        return json.toString();
    }
}
