package dev.cordon.server.web;

/** The body of every error: {@code {"error":{"code","message","target"}}}, all three always there. */
record ErrorBody(Detail error) {

    static final String CONTENT_TYPE = "application/json";

    record Detail(String code, String message, String target) {}

    static byte[] of(String code, String message, String target) {
        return Json.MAPPER.writeValueAsBytes(new ErrorBody(new Detail(code, message, target)));
    }

    /** The code of an error that no handler named, by its status. */
    static String code(int status) {
        return switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404, 405 -> "NotFound";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            default -> status >= 500 ? "InternalServerError" : "BadRequest";
        };
    }

    /** What to tell a caller about an error that no handler described. */
    static String message(int status) {
        return switch (status) {
            case 404 -> "There is nothing at this path.";
            case 405 -> "This path does not support the method; see the Allow header.";
            case 408 -> "The request did not arrive in time.";
            case 413 -> "The request body is too large.";
            case 414 -> "The request URI is too long.";
            case 431 -> "The request header is too large.";
            case 503 ->
                "The server cannot do this now. Try again later; its log tells the operator why, by this target.";
            default -> status >= 500 ? "The server failed to carry out the request." : "The request is malformed.";
        };
    }
}
