package dev.cordon.server.identity;

import java.util.Optional;
import java.util.Set;

/**
 * The numbers that Microsoft's reference of AADSTS codes explains, of those that this server answers. Only these have an
 * {@code error_uri}: a link that leads to nothing helps nobody. Immutable.
 */
final class DocumentedErrors {

    private static final String PAGE = "https://login.microsoftonline.com/error?code=";

    private static final Set<Integer> NUMBERS = Set.of(
            50011, 50012, 50013, 50027, 50034, 50049, 50053, 50055, 50057, 50058, 50059, 50076, 50079, 50173, 50194,
            50196, 53003, 54005, 65001, 65004, 70000, 70001, 70003, 70007, 70008, 70011, 70016, 70018, 70019, 90002,
            90014, 90036, 90055, 500011, 500133, 501481, 501491, 650057, 700016, 700022, 700023, 700025, 700027, 700054,
            700082, 700084, 900144, 900561, 901002, 7000112, 7000114, 7000215, 7000218, 7000222, 9001023, 9002313,
            50126);

    private DocumentedErrors() {}

    /** Where a number is explained. */
    static Optional<String> page(int number) {
        return NUMBERS.contains(number) ? Optional.of(PAGE + number) : Optional.empty();
    }
}
