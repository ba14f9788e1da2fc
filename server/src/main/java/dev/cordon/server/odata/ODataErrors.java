package dev.cordon.server.odata;

import dev.cordon.server.web.ApiException;

/** The errors of query options, all 400 {@code ODataError}. Positions are counted from 1 for the reader. */
final class ODataErrors {

    private ODataErrors() {}

    static ApiException filter(int at, String what) {
        return ApiException.oDataError("$filter is not valid at position " + (at + 1) + ": " + what + ".");
    }

    static ApiException option(String option, String what) {
        return ApiException.oDataError(option + " is not valid: " + what + ".");
    }
}
