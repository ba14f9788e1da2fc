package dev.cordon.fleet.client;

import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A tenant with what a demo or a test needs, made the way an operator makes it.
 *
 * @param administrator manages the tenant: applications, enrollment, settings
 * @param application a responder's playbook: every response action
 * @param enrollmentToken lets machines in
 */
public record Tenancy(ClientCredentials administrator, ClientCredentials application, String enrollmentToken) {

    /** What a responder's playbook needs. */
    private static final List<String> PERMISSIONS = List.of(
            "Machine.Isolate",
            "Machine.Read.All",
            "Machine.Scan",
            "Machine.RestrictExecution",
            "Machine.StopAndQuarantine",
            "Machine.CollectForensics",
            "Machine.Offboard",
            "Ti.ReadWrite.All");

    /** Makes the tenant on a fresh server. */
    public static Tenancy create(ApiClient client, OperatorProfile operator) {
        Session operating = new Session(client, operator.credentials(), InstantSource.system());
        JsonNode tenant = operating
                .post("/cordon/v1/tenants", "{\"displayName\":\"Example\",\"domainName\":\"example.test\"}")
                .orThrow()
                .json();
        String tenantId = tenant.path("id").asString();
        JsonNode made = tenant.path("administrator");
        var administrator = new ClientCredentials(
                tenantId,
                made.path("clientId").asString(),
                made.path("clientSecret").asString());
        Session administering = new Session(client, administrator, InstantSource.system());
        String applicationId = administering
                .post(
                        "/cordon/v1/applications",
                        "{\"displayName\":\"Playbook\",\"permissions\":[\"" + String.join("\",\"", PERMISSIONS)
                                + "\"]}")
                .orThrow()
                .json()
                .path("id")
                .asString();
        String secret = administering
                .post("/cordon/v1/applications/" + applicationId + "/secrets", "{\"lifetimeDays\":1}")
                .orThrow()
                .json()
                .path("secret")
                .asString();
        String token = administering
                .post("/cordon/v1/enrollment-tokens", "{\"description\":\"lab machines\",\"maxUses\":10}")
                .orThrow()
                .json()
                .path("token")
                .asString();
        return new Tenancy(administrator, new ClientCredentials(tenantId, applicationId, secret), token);
    }
}
