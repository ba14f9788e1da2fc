package dev.cordon.server.identity;

/** What a caller sent, as it may stand in an answer: short, and without control characters. */
public final class Excerpt {

    private static final int LONGEST = 200;

    private Excerpt() {}

    public static String of(String text) {
        var printable = text.replaceAll("[\\p{Cntrl}]", "?");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "…";
    }
}
