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

    /** The colour of a status or state that the API has a word for. */
    public static Colour of(String word) {
        return switch (word) {
            case "Succeeded", "Active", "true", "Enforced" -> GOOD;
            case "Failed", "TimeOut", "Refused" -> BAD;
            case "Cancelled", "ImpairedCommunication", "Partial", "Not confirmed" -> WARNING;
            case "Pending", "InProgress" -> OPEN;
            case "Inactive", "None", "-", "Unsupported" -> DIM;
            default -> NONE;
        };
    }
}
