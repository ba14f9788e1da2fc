package dev.cordon.server.files;

import com.google.protobuf.ByteString;
import dev.cordon.server.web.ApiException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The hash by which a file is named. Which algorithm made it follows from its length.
 *
 * @param hex lower case
 */
public record FileHash(Kind kind, String hex) {

    /** The algorithms, with the words of the API's {@code fileIdentifierType}. */
    public enum Kind {
        MD5("Md5", 16),
        SHA1("Sha1", 20),
        SHA256("Sha256", 32);

        private final String word;
        private final int bytes;

        Kind(String word, int bytes) {
            this.word = word;
            this.bytes = bytes;
        }

        /** As the API spells it. */
        public String word() {
            return word;
        }
    }

    /** @throws ApiException 400 {@code InvalidHashValue} unless it is an MD5, SHA-1 or SHA-256 in hex digits */
    public static FileHash parse(String text) {
        return of(text).orElseThrow(() -> invalid(text));
    }

    /** @throws ApiException 400 {@code InvalidHashValue} unless it is a SHA-1 in hex digits */
    public static FileHash sha1(String text) {
        return of(text).filter(hash -> hash.kind == Kind.SHA1).orElseThrow(() -> invalid(text));
    }

    /** The hash in these hex digits, in any case; nothing if they are none. */
    public static Optional<FileHash> of(String text) {
        boolean hex = !text.isEmpty() && text.chars().allMatch(HexFormat::isHexDigit);
        return Arrays.stream(Kind.values())
                .filter(kind -> hex && text.length() == 2 * kind.bytes)
                .findFirst()
                .map(kind -> new FileHash(kind, text.toLowerCase(Locale.ROOT)));
    }

    /** The form that agents get. */
    public ByteString toWire() {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static ApiException invalid(String text) {
        var shown = text.length() > 100 ? text.substring(0, 100) + "…" : text;
        return new ApiException(400, "InvalidHashValue", "Hash value " + shown + " is invalid.");
    }
}
