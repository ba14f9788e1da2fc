package dev.cordon.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces what differs from run to run by text of the same length, so that columns stay where they are. */
final class Normal {

    private static final Pattern GUID =
            Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
    private static final Pattern HASH = Pattern.compile("\\b[0-9a-f]{64}\\b|\\b[0-9a-f]{40}\\b");
    private static final Pattern SECRET = Pattern.compile(
            "(?m)^(\\s*\"?(?:clientSecret|secret|token|code|hint|invitationUrl|fingerprint)\"?(?: : \"| +|: \"))[^\"\\n,]+");

    private final Map<String, String> known = new LinkedHashMap<>();
    private final Map<String, String> fixed;
    private int guids;
    private int hashes;

    /** @param fixed texts to replace, for example a temporary folder */
    Normal(Map<String, String> fixed) {
        this.fixed = fixed;
    }

    String text(String raw) {
        String text = raw.replace("\r\n", "\n");
        for (var entry : fixed.entrySet()) {
            text = text.replace(entry.getKey(), entry.getValue());
        }
        text = SECRET.matcher(text).replaceAll("$1<secret>");
        text = text.replaceAll("\"clientSecret\":\"[^\"]+", "\"clientSecret\":\"<secret>")
                .replaceAll("/signin/invitation/[A-Za-z0-9_-]+", "/signin/invitation/<code>")
                .replaceAll("(?s)-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", "<certificate>")
                .replaceAll("cordon-enroll[.]\\S+", "<token>")
                .replaceAll("(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", "<fingerprint>")
                .replaceAll("(?m)^[A-Za-z0-9_-]{27}(?=  )", "abcdefghijklmnopqrstuvwxyz0")
                .replaceAll("(\"entries\" : |Wrote )\\d+", "$1N")
                .replaceAll("(?m)^([0-9a-f-]{36}  )\\S{3}(?=   \\d{4}-)", "$1abc")
                .replaceAll("(?m)^\\d+(?=,\\d{4}-)", "N");
        text = each(GUID, text, found -> String.format("00000000-0000-0000-0000-%012d", ++guids));
        text = each(HASH, text, found -> String.format("%0" + found.length() + "d", ++hashes));
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ", "2026-01-01 00:00:00Z")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "2026-01-01T00:00:00Z")
                .replaceAll("(?m)^(\\s*\"?lastReportNumber\"?\\W+)\\d+", "$1N")
                .replaceAll("(\"?millis\"?\\W+)\\d+", "$1N");
    }

    private String each(Pattern pattern, String text, UnaryOperator<String> name) {
        return pattern.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(known.computeIfAbsent(found.group(), name)));
    }
}
