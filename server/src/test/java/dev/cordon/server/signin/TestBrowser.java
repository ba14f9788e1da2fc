package dev.cordon.server.signin;

import dev.cordon.server.web.TestHttp;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser as far as forms need one: keeps cookies, fills in and sends forms, follows nothing by itself. */
final class TestBrowser implements AutoCloseable {

    private static final Pattern INPUT = Pattern.compile("<input ([^>]*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)=\"([^\"]*)\"");
    private static final Pattern FORM = Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"");

    private final SignInServer server;
    private final TestHttp http;

    TestBrowser(SignInServer server) {
        this.server = server;
        http = new TestHttp(settings ->
                settings.sslContext(server.trust).cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL)));
    }

    HttpResponse<String> open(String path) {
        return http.send(
                HttpRequest.newBuilder(URI.create(server.base() + path)).GET());
    }

    /** Goes to a whole URL. */
    HttpResponse<String> come(String url) {
        return http.send(HttpRequest.newBuilder(URI.create(url)).GET());
    }

    /** Where a link with this text leads. */
    static String link(HttpResponse<String> page, String text) {
        var link = Pattern.compile("<a [^>]*href=\"([^\"]*)\"[^>]*>" + Pattern.quote(text) + "</a>")
                .matcher(page.body());
        if (!link.find()) {
            throw new AssertionError("no link " + text + " in " + page.statusCode() + " " + page.body());
        }
        return unescape(link.group(1));
    }

    /** Sends the page's form with these fields filled in. */
    HttpResponse<String> submit(HttpResponse<String> page, Map<String, String> fields) {
        var form = new HashMap<>(hidden(page));
        form.putAll(fields);
        return send(action(page), form);
    }

    HttpResponse<String> send(String path, Map<String, String> form) {
        return http.send(HttpRequest.newBuilder(URI.create(server.base() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(SignInServer.encode(form))));
    }

    /** Where a redirect on this server leads. */
    HttpResponse<String> follow(HttpResponse<String> redirect) {
        return open(location(redirect));
    }

    static String location(HttpResponse<String> redirect) {
        return redirect.headers()
                .firstValue("Location")
                .orElseThrow(() -> new AssertionError(redirect.statusCode() + " " + redirect.body()));
    }

    /** Goes on from a page that leads on by itself. */
    HttpResponse<String> goOn(HttpResponse<String> page) {
        var to = link(page, "Continue");
        if (!page.headers().firstValue("Refresh").equals(Optional.of("0;url=" + to))) {
            throw new AssertionError("the page does not lead on: " + page.headers());
        }
        return open(to);
    }

    static Map<String, String> hidden(HttpResponse<String> page) {
        var fields = new LinkedHashMap<String, String>();
        var inputs = INPUT.matcher(page.body());
        while (inputs.find()) {
            var attributes = new HashMap<String, String>();
            var found = ATTRIBUTE.matcher(inputs.group(1));
            while (found.find()) {
                attributes.put(found.group(1), unescape(found.group(2)));
            }
            if ("hidden".equals(attributes.get("type"))) {
                fields.put(attributes.getOrDefault("name", ""), attributes.getOrDefault("value", ""));
            }
        }
        return fields;
    }

    static String action(HttpResponse<String> page) {
        var action = FORM.matcher(page.body());
        if (!action.find()) {
            throw new AssertionError("no form in " + page.statusCode() + " " + page.body());
        }
        return unescape(action.group(1));
    }

    /** The parameters behind a mark in a URL. */
    static Map<String, String> parameters(String url, char mark) {
        return Arrays.stream(url.substring(url.indexOf(mark) + 1).split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    /** The code in a redirect's URL. */
    static String code(String url) {
        var code = parameters(url, '?').get("code");
        if (code == null) {
            throw new AssertionError("no code in " + url);
        }
        return code;
    }

    private static String unescape(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    @Override
    public void close() {
        http.close();
    }
}
