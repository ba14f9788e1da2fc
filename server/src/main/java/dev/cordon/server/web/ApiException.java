package dev.cordon.server.web;

/**
 * An answer that is an error, in the shape of the API: {@code {"error":{"code","message","target"}}}. The codes and
 * message patterns are those of the Defender API's common errors.
 */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    public ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** Value of {@code error.code}; clients switch on it. */
    public String code() {
        return code;
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    public static ApiException invalidRequestBody(String message) {
        return new ApiException(400, "InvalidRequestBody", message);
    }

    public static ApiException invalidInput(String message) {
        return new ApiException(400, "InvalidInput", message);
    }

    public static ApiException missingParameter(String name) {
        return new ApiException(400, "MissingRequiredParameter", "Parameter " + name + " is missing.");
    }

    public static ApiException oDataError(String message) {
        return new ApiException(400, "ODataError", message);
    }

    public static ApiException actionInProgress() {
        return new ApiException(400, "ActiveRequestAlreadyExists", "Action is already in progress");
    }

    public static ApiException unauthorized(String message) {
        return new ApiException(401, "Unauthorized", message);
    }

    public static ApiException forbidden(String message) {
        return new ApiException(403, "Forbidden", message);
    }

    public static ApiException notFound(String message) {
        return new ApiException(404, "NotFound", message);
    }

    public static ApiException resourceNotFound(String message) {
        return new ApiException(404, "ResourceNotFound", message);
    }
}
