package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Whether a text of configuration names one of the paths as a whole word. Immutable. */
final class Mention {

    private static final List<String> MERGED = List.of("/bin/", "/sbin/", "/lib/", "/lib64/");

    private final List<String> paths;

    /** @param places as the machine itself sees them */
    Mention(List<RawPath> places) {
        List<String> all = new ArrayList<>();
        for (var place : places) {
            var path = new String(place.bytes(), StandardCharsets.ISO_8859_1);
            all.add(path);
            // the old names of folders that became links into /usr
            for (var merged : MERGED) {
                if (path.startsWith("/usr" + merged)) {
                    all.add(path.substring("/usr".length()));
                }
            }
        }
        this.paths = List.copyOf(all);
    }

    boolean in(byte[] text) {
        return in(new String(text, StandardCharsets.ISO_8859_1));
    }

    boolean in(String text) {
        for (var path : paths) {
            for (int at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
                int end = at + path.length();
                if ((at == 0 || opens(text.charAt(at - 1))) && (end == text.length() || closes(text.charAt(end)))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What can stand before a path in units, crontabs, shell, udev and PAM lines. */
    private static boolean opens(char c) {
        return c <= ' ' || "\"'`=:;,|&()<>{}[]!@+-".indexOf(c) >= 0;
    }

    /** What can stand behind it, and is not likely to be a part of a longer name. */
    private static boolean closes(char c) {
        return c <= ' ' || "\"'`:;,|&()<>{}[]".indexOf(c) >= 0;
    }
}
