package dev.cordon.server.objects;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /objects/{link}/{name}?sig=…}: what a link opens, without a token. For curl, browsers and the blob SDKs of
 * Azure, which expect three segments in the path, a HEAD, ranges by {@code Range} or {@code x-ms-range}, an entity tag
 * and the time of the last change. Every download is in the audit log. Thread-safe.
 */
final class Downloads {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Database database;
    private final ObjectLinks links;
    private final ObjectFiles files;
    private final AuditLog audit;

    Downloads(Database database, ObjectLinks links, ObjectFiles files, AuditLog audit) {
        this.database = database;
        this.links = links;
        this.files = files;
        this.audit = audit;
    }

    Route route() {
        return Route.open(HandlerType.GET, Route.Face.OBJECTS, "/objects/{link}/{name}", this::download);
    }

    private void download(Context http) throws IOException {
        var link = http.pathParam("link");
        var object = Optional.ofNullable(http.queryParam("sig"))
                .flatMap(secret -> database.read(sql -> links.open(sql, link, secret)))
                .orElseThrow(() -> ApiException.forbidden(
                        "The link is not valid, or no longer: ask for a new one with the action's id."));
        var content = object.kind().equals(StoredObject.PACKAGE)
                ? new PackageContent(files, object)
                : new SampleZip(files, object);
        headers(http, content);
        if (notModified(http, content)) {
            http.status(304);
            return;
        }
        switch (asked(http, content)) {
            case ByteRange.Asked.Unsatisfiable ignored ->
                http.status(416).header("Content-Range", "bytes */" + content.size());
            case ByteRange.Asked.Whole ignored -> send(http, link, object, content, 200, 0, content.size());
            case ByteRange.Asked.Part(ByteRange(var from, var length)) -> {
                http.header("Content-Range", "bytes " + from + "-" + (from + length - 1) + "/" + content.size());
                send(http, link, object, content, 206, from, length);
            }
        }
    }

    private static void headers(Context http, Content content) {
        http.contentType(content.mediaType())
                .header("Content-Disposition", disposition(content.fileName()))
                .header("Accept-Ranges", "bytes")
                .header("Cache-Control", "private, no-store")
                .header("ETag", content.entityTag())
                .header("Last-Modified", HTTP_DATE.format(content.lastModified()))
                .header("x-ms-blob-type", "BlockBlob")
                .header("x-ms-version", "2021-12-02");
    }

    private static boolean notModified(Context http, Content content) {
        var known = http.header("If-None-Match");
        var wanted = http.header("If-Match");
        if (wanted != null && !wanted.equals("*") && !wanted.contains(content.entityTag())) {
            throw new ApiException(412, "PreconditionFailed", "The content is not the one that If-Match names.");
        }
        return known != null && (known.equals("*") || known.contains(content.entityTag()));
    }

    /** A range counts only for the content that the caller has the beginning of. */
    private static ByteRange.Asked asked(Context http, Content content) {
        var range = http.header("x-ms-range");
        var asked = ByteRange.asked(range == null ? http.header("Range") : range, content.size());
        return sameContent(http.header("If-Range"), content) ? asked : new ByteRange.Asked.Whole();
    }

    private static boolean sameContent(@Nullable String ifRange, Content content) {
        return ifRange == null
                || ifRange.equals(content.entityTag())
                || ifRange.equals(HTTP_DATE.format(content.lastModified()));
    }

    private void send(
            Context http, String link, StoredObject object, Content content, int status, long from, long length)
            throws IOException {
        http.status(status).res().setContentLengthLong(length);
        if (http.method().equals(HandlerType.HEAD)) {
            return;
        }
        database.write(sql -> {
            audit.append(
                    sql,
                    object.tenantId(),
                    "link:" + link,
                    "object.downloaded",
                    "object:" + object.id(),
                    Map.of("from", from, "bytes", length, "remote", http.req().getRemoteAddr()));
            return object;
        });
        // past Javalin's own stream, which would compress and so lose the length
        var out = http.res().getOutputStream();
        if (length > 0) {
            content.copy(from, length, out);
        }
        out.flush();
    }

    /** Plain for everybody, and in UTF-8 for those who understand it (RFC 6266). */
    private static String disposition(String fileName) {
        var ascii = fileName.codePoints()
                .map(c -> c < 0x7f ? c : '_')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''"
                + URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Where a link leads, with everything that opens it. */
    static String url(String base, ObjectLinks.Link link, String name) {
        return base + "/objects/" + link.id() + "/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20") + "?se="
                + URLEncoder.encode(
                        Instant.ofEpochSecond(link.expiresAt().getEpochSecond()).toString(), StandardCharsets.UTF_8)
                + "&sig=" + link.secret();
    }
}
