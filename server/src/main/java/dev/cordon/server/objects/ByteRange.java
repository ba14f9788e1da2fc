package dev.cordon.server.objects;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a content that a request asks for (RFC 9110, section 14). A header that is no single byte range is ignored,
 * as the RFC allows.
 */
record ByteRange(long from, long length) {

    private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** What a header asks for. */
    sealed interface Asked {
        record Whole() implements Asked {}

        record Part(ByteRange range) implements Asked {}

        record Unsatisfiable() implements Asked {}
    }

    static Asked asked(@Nullable String header, long size) {
        return Optional.ofNullable(header)
                .map(text -> SINGLE.matcher(text.strip()))
                .filter(Matcher::matches)
                .filter(match -> !(match.group(1).isEmpty() && match.group(2).isEmpty()))
                .map(match -> asked(match.group(1), match.group(2), size))
                .orElseGet(Asked.Whole::new);
    }

    private static Asked asked(String first, String last, long size) {
        if (first.isEmpty()) {
            long length = Math.min(Long.parseLong(last), size);
            return length == 0 ? new Asked.Unsatisfiable() : new Asked.Part(new ByteRange(size - length, length));
        }
        long from = Long.parseLong(first);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return new Asked.Whole();
        }
        if (from >= size) {
            return new Asked.Unsatisfiable();
        }
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        return new Asked.Part(new ByteRange(from, to - from + 1));
    }
}
