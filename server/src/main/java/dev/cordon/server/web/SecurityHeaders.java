package dev.cordon.server.web;

import java.util.Map;

/** Headers on every answer: nothing here is a page, nothing may be cached or guessed to be another type. */
final class SecurityHeaders {

    static final Map<String, String> NAMES_AND_VALUES = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    private SecurityHeaders() {}
}
