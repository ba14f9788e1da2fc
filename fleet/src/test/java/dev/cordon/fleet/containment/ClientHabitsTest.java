package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.containment.Curl.Answer;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What scripts and connectors send that no documentation asks for: curl sends it to a server over TLS, as they do. */
class ClientHabitsTest {

    private static final String RESOURCE = ClientCredentials.RESOURCE;
    private static final String DEFAULT = RESOURCE + "/.default";
    private static final String MACHINE = "web-1.example.test";
    private static final String AWAY = "web-2.example.test";

    @TempDir
    static Path directory;

    private static ServerProgram server;
    private static ApiClient client;
    private static ClientCredentials application;
    private static SimulatedMachine machine;
    private static Curl curl;
    private static String token;

    @BeforeAll
    static void start() {
        server = ServerProgram.start(
                new Programs.SameClassPath(),
                Place.free(directory.resolve("server"), directory.resolve("server.log"), "127.0.0.1", "localhost"));
        client = new ApiClient(server.place().url(), server.place().caFile());
        curl = new Curl(directory, server.place().caFile());
        var tenancy = Tenancy.create(client, server.operator());
        application = tenancy.application();
        var permissions =
                "{\"permissions\":[\"Machine.Read.All\",\"Machine.Isolate\",\"Machine.Offboard\",\"Alert.Read.All\"]}";
        new Session(client, tenancy.administrator(), InstantSource.system())
                .send("PATCH", "/cordon/v1/applications/" + application.clientId(), permissions)
                .orThrow();
        token = token(v2(Map.of()));
        machine = new SimulatedMachine(MACHINE, "198.51.100.1", directory, Log.silent());
        machine.enroll(url(""), tenancy.enrollmentToken());
        try (var away = new SimulatedMachine(AWAY, "198.51.100.2", directory, Log.silent())) {
            away.enroll(url(""), tenancy.enrollmentToken());
        }
        for (var name : List.of(MACHINE, AWAY)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                var state = api("/cordon/v1/machines/" + id(name) + "/state").json();
                return state.path("connected").asBoolean() == name.equals(MACHINE);
            });
        }
    }

    @AfterAll
    static void end() {
        if (machine != null) {
            machine.close();
        }
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whenTheFormIsLabelledOtherwiseOrComesByGetThenTheTokenIsGivenAllTheSame() {
        for (var label : List.of("application/json", "text/plain", "multipart/form-data; boundary=x", "")) {
            assertOpens(v2(Map.of()), "-H", "Content-Type:" + (label.isEmpty() ? "" : " " + label));
        }
        assertOpens(v2(Map.of()), "-X", "GET");
        assertOpens(v1(Map.of()), "-X", "GET", "-H", "Content-Type:");
    }

    @Test
    void whenMoreIsSentThanIsNeededThenItIsIgnored() {
        assertOpens(v2(Map.of("scope", "openid profile offline_access " + DEFAULT)));
        assertOpens(v2(Map.of("scope", DEFAULT, "resource", RESOURCE)));
        assertOpens(v2(Map.of("client_info", "1", "x-client-SKU", "x", "redirectUri", "https://localhost")));
        assertOpens(v1(Map.of("scope", "anything", "client_info", "1")));
        assertOpens(v2(Map.of()).at(v2(Map.of()).path() + "?client-request-id=1&x=y"));
    }

    @Test
    void whenTenantAndClientAreSpeltOtherwiseThenTheyAreTheSame() {
        var plain = application.clientId().replace("-", "");
        for (var tenant : List.of(application.tenantId().replace("-", ""), "example.test", "Example.TEST")) {
            assertOpens(v2(Map.of("client_id", plain)).at("/" + tenant + "/oauth2/v2.0/token"));
            assertOpens(v1(Map.of("client_id", plain)).at("/" + tenant + "/oauth2/token"));
        }
    }

    @Test
    void whenTokensAreAskedForAtBothEndpointsThenTheShapesStayApart() {
        var one = ask(v1(Map.of())).json();
        assertThat(one.propertyNames())
                .containsExactlyInAnyOrder(
                        "token_type",
                        "expires_in",
                        "ext_expires_in",
                        "expires_on",
                        "not_before",
                        "resource",
                        "access_token");
        assertThat(one).allMatch(value -> value.isString());
        var two = ask(v2(Map.of())).json();
        assertThat(two.propertyNames())
                .containsExactlyInAnyOrder("token_type", "expires_in", "ext_expires_in", "access_token");
        assertThat(two.path("expires_in").isNumber()
                        && two.path("ext_expires_in").isNumber())
                .isTrue();
    }

    @Test
    void whenTheTokenIsRefusedThenAllThatLibrariesPrintIsThere() {
        var refused = ask(v2(Map.of("client_secret", "wrong")));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().propertyNames())
                .contains("error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id");
        assertThat(refused.json().path("error_description").asString()).startsWith("AADSTS7000215: ");
    }

    @Test
    void whenTheServerIsDiscoveredThenItIsNamedAsItWasReached() {
        var document = "/" + application.tenantId() + "/v2.0/.well-known/openid-configuration";
        for (var host : List.of("localhost", "127.0.0.1")) {
            var base = "https://" + host + ":" + server.place().port();
            var found = curl.call(base + document).json();
            assertThat(found.path("issuer").asString()).isEqualTo(base + "/" + application.tenantId() + "/v2.0");
            assertThat(found.path("token_endpoint").asString()).startsWith(base + "/");
        }
        assertThat(curl.call(url("/cordon/v1/ca.pem")).body()).contains("BEGIN CERTIFICATE");
    }

    @Test
    void whenPathsAndQueriesAreWrittenAsScriptsDoThenTheRouteAnswers() {
        var id = id(MACHINE);
        for (var path : List.of(
                "/API/Machines/" + id,
                "/api/v1.0/machines/" + id + "/",
                "/Api/V1.0/MACHINES/" + id.toUpperCase(Locale.ROOT) + "?$top=100&",
                "/api/machines/" + MACHINE)) {
            assertThat(ok(api(path)).path("id").asString()).as(path).isEqualTo(id);
        }
        for (var query : List.of(
                "$filter=computerDnsName+eq+'" + MACHINE + "'&$top=100&",
                "$filter=contains(computerDnsName,+'web-1')",
                "$filter=startswith(computerDnsName,%20'web-1')+and+lastSeen+ge+2026-01-01T00:00:00.000000Z",
                "$filter=computerDnsName+eq+'" + MACHINE + "'+AND+healthStatus+in+('Active','Inactive')",
                "$filter=ID+eq+'" + id + "'&$orderby=lastSeen%20desc&$skip=0&$count=true")) {
            var list = ok(api("/api/machines?" + query)).path("value");
            assertThat(list.valueStream().map(one -> one.path("id").asString()))
                    .as(query)
                    .containsExactly(id);
        }
        var found = "/api/machines/findbyip(ip='198.51.100.1',timestamp=" + Instant.now() + ")";
        assertThat(api(found).status()).as(found).isEqualTo(200);
        assertThat(ok(api("/api/machines/" + id, "-X", "GET", "-d", "{}"))
                        .path("id")
                        .asString())
                .isEqualTo(id);
        assertThat(ok(api("/api/alerts?$top=1")).path("value").isArray()).isTrue();
    }

    @Test
    void whenAnActionIsAskedForThenItIsThereAtOnceWithItsCommentAndASecondOneIsRefused() {
        var comment = "case #7: \"é\" 'quoted' 🙂";
        var body = "{\"Comment\":\"case #7: \\\"é\\\" 'quoted' 🙂\",\"IsolationType\":\"Full\"}";
        // curl labels it as a form
        var made = api("/api/machines/" + AWAY + "/isolate", "--data-raw", body);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(made.json().path("status").asString()).isEqualTo("Pending");
        assertThat(made.json().path("commands").isArray()).isTrue();
        var id = made.json().path("id").asString();
        var read = ok(api("/api/machineactions/" + id));
        assertThat(read.path("requestorComment").asString()).isEqualTo(comment);
        for (var filter : List.of(
                "id+in+('" + id + "','" + application.clientId() + "')&$top=1000&$count=true",
                "id%20eq%20" + id,
                "status+eq+'Pending'+and+machineId+eq+'" + id(AWAY) + "'+and+type+eq+'Isolate'")) {
            assertThat(ok(api("/api/machineactions?$filter=" + filter))
                            .at("/value/0/id")
                            .asString())
                    .as(filter)
                    .isEqualTo(id);
        }
        var again = api("/api/machines/" + AWAY + "/isolate", "--data-raw", body, "-H", "Content-Type:");
        assertError(again, 400, "ActiveRequestAlreadyExists");
        assertThat(again.json().at("/error/message").asString()).isEqualTo("Action is already in progress");
    }

    @Test
    void whenSomethingIsWrongThenTheErrorHasItsThreeKeys() {
        for (var unknown : List.of("123123123", "0".repeat(40), "nobody.example.test")) {
            assertError(api("/api/machines/" + unknown + "/isolate", "-d", "no json"), 404, "ResourceNotFound");
            assertError(api("/api/machines/" + unknown), 404, "ResourceNotFound");
        }
        assertError(curl.call(url("/api/machines")), 401, "Unauthorized");
        assertError(curl.call("-H", "Authorization: Bearer x.y.z", url("/api/machines")), 401, "Unauthorized");
        assertError(api("/api/machines/" + MACHINE + "/offboard", "-X", "DELETE"), 405, "NotFound");
        assertError(api("/api/nothing"), 404, "NotFound");
        assertError(api("/api/machines?$filter=colour+eq+'red'"), 400, "ODataError");
    }

    /** A request at the token endpoint. */
    private record Form(String path, Map<String, String> fields) {
        Form at(String other) {
            return new Form(other, fields);
        }
    }

    private static Form v2(Map<String, String> changes) {
        return form(application.tokenPath(), Map.of("scope", DEFAULT), changes);
    }

    private static Form v1(Map<String, String> changes) {
        return form("/" + application.tenantId() + "/oauth2/token", Map.of("resource", RESOURCE), changes);
    }

    private static Form form(String path, Map<String, String> resource, Map<String, String> changes) {
        var fields = new TreeMap<>(resource);
        fields.put("grant_type", "client_credentials");
        fields.put("client_id", application.clientId());
        fields.put("client_secret", application.clientSecret());
        fields.putAll(changes);
        return new Form(path, fields);
    }

    private static Answer ask(Form form, String... options) {
        var arguments = new ArrayList<String>();
        form.fields().forEach((name, value) -> arguments.addAll(List.of("--data-urlencode", name + "=" + value)));
        arguments.addAll(List.of(options));
        arguments.add(url(form.path()));
        return curl.call(arguments.toArray(String[]::new));
    }

    private static String token(Form form, String... options) {
        var answer = ask(form, options);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("access_token").asString();
    }

    private static void assertOpens(Form form, String... options) {
        var answer = curl.call("-H", "Authorization: Bearer " + token(form, options), url("/api/machines?$top=1"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static Answer api(String path, String... options) {
        return curl.call(Stream.concat(Stream.of("-H", "Authorization: Bearer " + token, url(path)), Stream.of(options))
                .toArray(String[]::new));
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static String id(String name) {
        return ok(api("/api/machines/" + name)).path("id").asString();
    }

    private static void assertError(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo("application/json");
        var error = answer.json().path("error");
        assertThat(error.propertyNames()).containsExactly("code", "message", "target");
        assertThat(error.path("code").asString()).isEqualTo(code);
    }

    private static String url(String path) {
        return server.place().url() + path;
    }
}
