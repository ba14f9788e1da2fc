package dev.cordon.cli.output;

/** Colours with a meaning; words say the same, so that nobody needs to see them. */
public enum Colour {
    GOOD("32"),
    BAD("31"),
    WARNING("33"),
    OPEN("36"),
    DIM("2"),
    HEADING("1"),
    NONE("");

    private final String code;

    Colour(String code) {
        this.code = code;
    }

    String paint(String text) {
        return code.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /** The colour of a status or state that there is a word for; of several, divided by commas, the first one's. */
    public static Colour of(String words) {
        int comma = words.indexOf(',');
        return switch (comma < 0 ? words : words.substring(0, comma)) {
            case "Succeeded", "Active", "true", "Enforced" -> GOOD;
            case "Failed", "TimeOut", "Refused", "drifted" -> BAD;
            case "Cancelled", "ImpairedCommunication", "Partial", "Not confirmed" -> WARNING;
            case "isolated", "isolated (selective)", "restricted" -> WARNING;
            case "Pending", "InProgress", "isolating", "releasing", "restricting", "allowing" -> OPEN;
            case "Inactive", "None", "-", "Unsupported", "offline", "offboarded" -> DIM;
            default -> NONE;
        };
    }
}
