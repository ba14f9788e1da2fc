package dev.cordon.server.web;

import io.javalin.http.Context;

/** URLs of this server as the caller reached it. */
public final class RequestUrls {

    private RequestUrls() {}

    /** Scheme, host and, unless it is the scheme's own, port; without a slash at the end. */
    public static String base(Context http) {
        var request = http.req();
        var scheme = request.getScheme();
        int port = request.getServerPort();
        boolean usual = port == ("https".equals(scheme) ? 443 : 80);
        return scheme + "://" + request.getServerName() + (usual ? "" : ":" + port);
    }
}
