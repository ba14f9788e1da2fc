package dev.cordon.server.web;

import io.javalin.http.Context;

/** URLs of this server as the caller reached it. */
public final class RequestUrls {

    private RequestUrls() {}

    /** Whether the API of the preview was called, {@link Route.Face#PREVIEW}. */
    public static boolean isPreview(Context http) {
        return http.path().regionMatches(true, 0, Route.PREVIEW_BASE + "/", 0, Route.PREVIEW_BASE.length() + 1);
    }

    /** Scheme, host and, unless it is the scheme's own, port; without a slash at the end. */
    public static String base(Context http) {
        var request = http.req();
        var scheme = request.getScheme();
        int port = request.getServerPort();
        boolean usual = port == ("https".equals(scheme) ? 443 : 80);
        return scheme + "://" + request.getServerName() + (usual ? "" : ":" + port);
    }
}
