package dev.cordon.server.identity;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/applications/{id}/certificates}: what an application may sign its assertions with. Thread-safe. */
final class CertificateEndpoints {

    private static final String PATH = "/cordon/v1/applications/{id}/certificates";

    private final CredentialAccess access;
    private final ApplicationCertificates certificates;

    CertificateEndpoints(CredentialAccess access, ApplicationCertificates certificates) {
        this.access = access;
        this.certificates = certificates;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::add),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.DELETE, PATH + "/{certificate}", this::delete));
    }

    private void add(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var certificate = PresentedCertificate.parse(body.text("certificate", PresentedCertificate.LONGEST)
                .orElseThrow(() -> body.wrong("certificate", "is missing.")));
        var startsAt = body.instant("startsAt");
        var expiresAt = body.instant("expiresAt");
        boolean singleUse = body.bool("singleUseAssertions").orElse(false);
        body.end();
        var added = access.change(http, caller, (sql, application) -> {
            var made = certificates.add(sql, application, certificate, startsAt, expiresAt, singleUse);
            access.log(
                    sql,
                    caller,
                    application,
                    "application.certificateAdded",
                    Map.of(
                            "certificate",
                            made.id(),
                            "thumbprint",
                            thumbprint(made),
                            "expiresAt",
                            ApiJson.instant(made.expiresAt())));
            return made;
        });
        http.status(201).json(json(added));
    }

    private void list(Context http, Caller caller) {
        http.json(ApiJson.list(access.read(http, caller, certificates::all), CertificateEndpoints::json));
    }

    private void delete(Context http, Caller caller) {
        var certificateId = http.pathParam("certificate");
        access.change(http, caller, (sql, application) -> {
            if (!certificates.delete(sql, application, certificateId)) {
                throw ApiException.resourceNotFound("Certificate " + Excerpt.of(certificateId) + " was not found.");
            }
            access.log(
                    sql,
                    caller,
                    application,
                    "application.certificateDeleted",
                    Map.of("certificate", Guid.parse(certificateId).orElse(certificateId)));
            return application;
        });
        http.status(204);
    }

    private static ObjectNode json(ApplicationCertificate certificate) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", certificate.id())
                .put(
                        "subject",
                        Excerpt.of(certificate
                                .certificate()
                                .getSubjectX500Principal()
                                .getName()))
                .put("thumbprint", thumbprint(certificate))
                .put("thumbprintSha256", hex(certificate.sha256().decode()))
                .put("startsAt", ApiJson.instant(certificate.startsAt()))
                .put("expiresAt", ApiJson.instant(certificate.expiresAt()))
                .put("singleUseAssertions", certificate.singleUse());
    }

    /** As portals and {@code openssl x509 -fingerprint} show it, without colons. */
    private static String thumbprint(ApplicationCertificate certificate) {
        return hex(certificate.sha1().decode());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
    }
}
