package dev.cordon.server.events;

import dev.cordon.server.feed.Event;
import dev.cordon.server.web.ApiJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An event as a syslog message (RFC 5424), in the framing of RFC 5425: its length, a blank, the message. */
final class SyslogMessage {

    /** Log audit, RFC 5424 section 6.2.1. */
    private static final int FACILITY = 13;

    private static final int WARNING = 4;
    private static final int NOTICE = 5;
    private static final int INFORMATIONAL = 6;
    private static final int LONGEST_ID = 32;

    /** RFC 5424, section 6.4: says that the text is UTF-8. */
    private static final String MARK = "\uFEFF";

    private SyslogMessage() {}

    static byte[] framed(ShownEvent shown, String hostName) {
        var event = shown.event();
        var text = "<" + (FACILITY * 8 + severity(event)) + ">1 " + ApiJson.instant(event.at()) + " "
                + printable(hostName, 255) + " cordon - " + printable(event.kind(), LONGEST_ID) + " - " + MARK
                + shown.plainJson();
        var message = text.getBytes(StandardCharsets.UTF_8);
        var length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        var framed = new byte[length.length + message.length];
        System.arraycopy(length, 0, framed, 0, length.length);
        System.arraycopy(message, 0, framed, length.length, message.length);
        return framed;
    }

    private static int severity(Event event) {
        return switch (event.kind().toLowerCase(Locale.ROOT)) {
            case "action.failed",
                    "action.expired",
                    "report.not-applied",
                    "machine.break-glass-used",
                    "machine.dead-man-rollback",
                    "machine.execution-control-lost",
                    "refreshtoken.reused",
                    "authorizationcode.reused" -> WARNING;
            case "machine.connected", "machine.disconnected", "machine.changed", "machines.changed" -> INFORMATIONAL;
            default -> NOTICE;
        };
    }

    /** PRINTUSASCII of RFC 5424, section 6; a field without a value is a dash. */
    private static String printable(String text, int longest) {
        var printable = text.replaceAll("[^\\x21-\\x7e]", "");
        if (printable.isEmpty()) {
            return "-";
        }
        return printable.length() > longest ? printable.substring(0, longest) : printable;
    }
}
