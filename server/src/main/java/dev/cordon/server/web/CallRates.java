package dev.cordon.server.web;

import java.util.Locale;
import java.util.Map;

/**
 * How often one caller may call one API under {@code /api} and the preview's base.
 *
 * @param usual of every API that has no rate of its own
 * @param own by method and path of a route, in lower case
 */
public record CallRates(Rate usual, Map<String, Rate> own) {

    /** As often as callers like. */
    public static final CallRates NONE = new CallRates(Rate.ANY, Map.of());

    /** The documented rates of the original: its pages name one for each API. */
    public static final CallRates ORIGINAL =
            new CallRates(new Rate(100, 1_500), Map.of("get /machineactions/{id}/getpackageuri", new Rate(2, 120)));

    public CallRates {
        own = Map.copyOf(own);
    }

    /**
     * A number of calls in a time.
     *
     * @param perMinute 0 for any number
     * @param perHour 0 for any number
     */
    public record Rate(int perMinute, int perHour) {

        static final Rate ANY = new Rate(0, 0);

        public Rate {
            if (perMinute < 0 || perHour < 0) {
                throw new IllegalArgumentException("a rate is not below 0");
            }
        }
    }

    /** The same rate for each API. */
    public static CallRates each(int perMinute, int perHour) {
        return new CallRates(new Rate(perMinute, perHour), Map.of());
    }

    Rate of(Route route) {
        return switch (route.face()) {
            case DEFENDER, PREVIEW -> own.getOrDefault(name(route), usual);
            case CORDON, OBJECTS, TOKEN_SERVICE, CONSOLE -> Rate.ANY;
        };
    }

    static String name(Route route) {
        return (route.method().name() + " " + route.path()).toLowerCase(Locale.ROOT);
    }
}
