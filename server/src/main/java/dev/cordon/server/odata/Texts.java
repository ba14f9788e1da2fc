package dev.cordon.server.odata;

/** Pieces of the caller's text in error messages. */
final class Texts {

    private static final int MOST = 60;

    private Texts() {}

    static String shortened(String text) {
        return text.length() <= MOST ? text : text.substring(0, text.offsetByCodePoints(0, MOST / 2)) + "…";
    }
}
