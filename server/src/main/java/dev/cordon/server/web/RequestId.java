package dev.cordon.server.web;

import io.javalin.http.Context;
import java.util.UUID;

/** The GUID of a request: {@code error.target} of its errors, and in the log. */
public final class RequestId {

    static final String ATTRIBUTE = "cordon.request-id";

    private RequestId() {}

    /** The request's id, made when first asked for. */
    public static String of(Context http) {
        String known = http.attribute(ATTRIBUTE);
        if (known != null) {
            return known;
        }
        var made = UUID.randomUUID().toString();
        http.attribute(ATTRIBUTE, made);
        return made;
    }
}
