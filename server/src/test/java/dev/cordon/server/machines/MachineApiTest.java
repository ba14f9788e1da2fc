package dev.cordon.server.machines;

import static dev.cordon.server.machines.Inventory.GATEWAY_SIDE;
import static dev.cordon.server.machines.Inventory.OTHER_TENANT;
import static dev.cordon.server.machines.Inventory.TENANT;
import static dev.cordon.server.machines.Inventory.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The endpoints of machines, over HTTP. */
final class MachineApiTest {

    private final Inventory inventory = new Inventory(Engine.SQLITE);
    private final Api api = new Api(inventory, "Machine.ReadWrite.All");

    @AfterEach
    void stop() {
        api.close();
        inventory.close();
    }

    @Test
    void whenReadThenAMachineHasTheFieldsOfTheContractInTheirOrder() {
        var id = inventory.enroll("web-1.example.com");
        connect(id);
        api.send("POST", "/api/machines/" + id + "/tags", Api.tag("b", "Add"));
        api.send("POST", "/api/machines/" + id + "/tags", Api.tag("a", "Add"));
        var answer = api.get("/api/machines/" + id);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(answer.json()))
                .isEqualToNormalizingNewlines("""
                        {
                          "@odata.context" : "%s/api/$metadata#Machines/$entity",
                          "id" : "%s",
                          "mergedIntoMachineId" : null,
                          "isPotentialDuplication" : false,
                          "isExcluded" : false,
                          "exclusionReason" : null,
                          "computerDnsName" : "web-1.example.com",
                          "firstSeen" : "2026-03-05T10:15:30.12Z",
                          "lastSeen" : "2026-03-05T10:15:30.12Z",
                          "osPlatform" : "Debian",
                          "osVersion" : null,
                          "osProcessor" : "x64",
                          "version" : "12",
                          "lastIpAddress" : "192.0.2.5",
                          "lastExternalIpAddress" : "203.0.113.7",
                          "agentVersion" : "0.1.0",
                          "osBuild" : 6,
                          "healthStatus" : "Active",
                          "deviceValue" : "Normal",
                          "rbacGroupId" : 0,
                          "rbacGroupName" : null,
                          "riskScore" : "None",
                          "exposureLevel" : "None",
                          "isAadJoined" : null,
                          "aadDeviceId" : null,
                          "machineTags" : [ "a", "b" ],
                          "defenderAvStatus" : "Unknown",
                          "onboardingStatus" : "Onboarded",
                          "osArchitecture" : "64-bit",
                          "managedBy" : "Unknown",
                          "managedByStatus" : "Unknown",
                          "ipAddresses" : [ {
                            "ipAddress" : "192.0.2.5",
                            "macAddress" : "02005e100001",
                            "type" : "Ethernet",
                            "operationalStatus" : "Up"
                          } ],
                          "vmMetadata" : null
                        }""".formatted(api.base(), id));
    }

    @Test
    void whenNamedInAnyWayThenTheSameMachineAnswers() {
        var id = inventory.enroll("web-1.example.com").value();
        for (var path : List.of(
                "/api/machines/" + id.toUpperCase(Locale.ROOT),
                "/api/machines/WEB-1.example.com",
                "/API/Machines/" + id + "/",
                "/api/v1.0/machines/" + id)) {
            assertThat(api.get(path).json().path("id").stringValue(path)).isEqualTo(id);
        }
    }

    @Test
    void whenTheMachineIsUnknownThenEveryEndpointSaysSoBeforeAllElse() {
        var foreign = inventory
                .enroll(OTHER_TENANT, facts("foreign.example.com").build())
                .value();
        for (var id : List.of("123123123", foreign, "foreign.example.com", "0".repeat(40))) {
            var expected = "404 ResourceNotFound: Machine " + id + " was not found";
            assertThat(api.get("/api/machines/" + id).error()).isEqualTo(expected);
            assertThat(api.send("POST", "/api/machines/" + id + "/tags", "no json")
                            .error())
                    .isEqualTo(expected);
            assertThat(api.send("POST", "/api/machines/" + id + "/setDeviceValue", "{}")
                            .error())
                    .isEqualTo(expected);
            assertThat(api.send("PATCH", "/api/machines/" + id, "[]").error()).isEqualTo(expected);
        }
    }

    @Test
    void whenListedThenTheEnvelopeIsODatasAndOtherTenantsStayOut() {
        var a = inventory.enroll("a.example.com").value();
        var b = inventory.enroll("b.example.com").value();
        inventory.enroll(OTHER_TENANT, facts("c.example.com").build());
        var list = api.get("/api/machines?$count=true&$select=id").json();
        assertThat(list.toString())
                .isEqualTo(
                        "{\"@odata.context\":\"%s/api/$metadata#Machines\",\"@odata.count\":2,\"value\":[{\"id\":\"%s\"},{\"id\":\"%s\"}]}"
                                .formatted(api.base(), a, b));
        assertThat(api.get("/api/machines/$count").body()).isEqualTo("2");
        assertThat(api.get("/api/machines/$count?$filter=computerDnsName eq 'a.example.com'")
                        .body())
                .isEqualTo("1");
        assertThat(api.get("/api/machines?$top=1").json().has("@odata.nextLink"))
                .isFalse();
    }

    @Test
    void whenQueriedInTheDocumentedWaysThenTheAnswersAreRight() {
        var lab = inventory.enroll("mymachine1.example.com").value();
        var web = inventory.enroll("web.example.com").value();
        api.send("POST", "/api/machines/" + lab + "/tags", Api.tag("ExampleTag", "Add"));
        api.send("POST", "/api/machines/" + web + "/setDeviceValue", "{\"DeviceValue\":\"high\"}");
        assertThat(ids("$filter=riskScore+eq+'High'")).isEmpty();
        assertThat(ids("$filter=healthStatus+ne+'Active'&$top=100&")).isEmpty();
        assertThat(ids("$filter=lastSeen gt 2018-08-01Z")).containsExactly(lab, web);
        assertThat(ids("$filter=startswith(computerDnsName,'mymachine')")).containsExactly(lab);
        assertThat(ids("$filter=onboardingStatus eq 'onboarded' AND healthStatus in ('Active','Inactive')"))
                .containsExactly(lab, web);
        assertThat(ids("$filter=machineTags/any(tag: tag eq 'ExampleTag')")).containsExactly(lab);
        assertThat(ids("$filter=DeviceValue eq 'High' and rbacGroupId eq 0")).containsExactly(web);
        assertThat(ids("$filter=lastIpAddress eq '192.0.2.5'&$orderby=computerDnsName desc"))
                .containsExactly(web, lab);
        assertThat(ids("$filter=id in ('" + web + "')&unknown=1&&$skip=0")).containsExactly(web);
        assertThat(ids("$skip=1")).containsExactly(web);
        assertThat(ids("$filter=startswith(computerDnsName, 'x') and (riskScore eq 'Low' or riskScore eq 'High')"
                        + " and lastSeen ge 2026-01-01T00:00:00.000000Z"))
                .isEmpty();
    }

    @Test
    void whenAQueryIsWrongThenItIsAnODataError() {
        for (var query : List.of(
                "$filter=colour eq 'red'",
                "$filter=id",
                "$top=10001",
                "$top=-1",
                "$skip=x",
                "$count=perhaps",
                "$orderby=id sideways",
                "$orderby=colour",
                "$select=colour",
                "$expand=evidence",
                "$search=x",
                "$top=1&$top=2",
                "$skiptoken=nonsense")) {
            assertThat(api.get("/api/machines?" + query).error()).as(query).startsWith("400 ODataError: ");
        }
        assertThat(api.get("/api/machines?$top=10001").error())
                .isEqualTo("400 ODataError: $top is not valid: the limit is 10000, asked for were 10001.");
    }

    @Test
    void whenThePermissionIsMissingThenNothingIsToldOrChanged() {
        var id = inventory.enroll("web-1.example.com");
        try (var reader = new Api(inventory, "Machine.Read.All");
                var isolator = new Api(inventory, "Machine.Isolate");
                var administrator = new Api(inventory, "Cordon.Administer")) {
            assertThat(reader.get("/api/machines/" + id).status()).isEqualTo(200);
            assertThat(reader.send("POST", "/api/machines/" + id + "/tags", Api.tag("x", "Add"))
                            .error())
                    .startsWith("403 Forbidden: Missing application roles. API required roles: Machine.ReadWrite.All");
            assertThat(isolator.get("/api/machines").status()).isEqualTo(403);
            assertThat(isolator.get("/api/machines/" + id).status()).isEqualTo(403);
            assertThat(isolator.get("/api/machines/$count").status()).isEqualTo(403);
            assertThat(isolator.get("/cordon/v1/machines/" + id + "/state").status())
                    .isEqualTo(403);
            assertThat(administrator.get("/cordon/v1/machines/" + id + "/state").status())
                    .isEqualTo(200);
            assertThat(administrator.get("/api/machines").status()).isEqualTo(403);
        }
        assertThat(inventory.get(id).tags()).isEmpty();
        assertThat(inventory.audited).isEmpty();
    }

    @Test
    void whenFoundByAddressThenTheMachineMustHaveItAndHaveBeenThere() {
        var id = inventory.enroll("a.example.com").value();
        var path = "/api/machines/findbyip(ip='%s',timestamp=%s)";
        assertThat(api.ids(path.formatted("192.0.2.5", "2026-03-05T10:20:00Z"))).containsExactly(id);
        assertThat(api.ids(path.formatted("2001:DB8:0::5", "2026-03-05T10:20:00Z")))
                .containsExactly(id);
        assertThat(api.ids(path.formatted("2001:db8::5", "2026-03-05T10:20:00Z")))
                .containsExactly(id);
        assertThat(api.ids(path.formatted("192.0.2.50", "2026-03-05T10:20:00Z")))
                .isEmpty();
        assertThat(api.ids(path.formatted("192.0.2.5", "2026-03-04T10:20:00Z"))).isEmpty();
        assertThat(api.get(path.formatted("192.0.2.x", "2026-03-05T10:20:00Z")).error())
                .isEqualTo("400 InvalidIpAddress: IP address 192.0.2.x is invalid.");
        assertThat(api.get(path.formatted("192.0.2.5", "2025-03-05T10:20:00Z")).error())
                .startsWith("400 BadRequest: timestamp must lie within");
        assertThat(api.get(path.formatted("192.0.2.5", "soon")).error()).startsWith("400 BadRequest");
        assertThat(api.get("/api/machines/findbyip(ip=1)").error()).startsWith("400 BadRequest");
    }

    @Test
    void whenDesiredAndObservedDifferThenTheStateShowsDrift() {
        var id = inventory.enroll("web-1.example.com");
        connect(id);
        inventory.database.write(sql -> {
            inventory.machines.desire(sql, TENANT, id.value(), Aspect.ASPECT_ISOLATION, "Full", 3);
            inventory.machines.observe(sql, TENANT, id.value(), Aspect.ASPECT_ISOLATION, "None", 0);
            return 0;
        });
        try (var administrator = new Api(inventory, "Cordon.Administer")) {
            var answer = administrator.get("/cordon/v1/machines/web-1.example.com/state");
            assertThat(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(answer.json()))
                    .isEqualToNormalizingNewlines("""
                            {
                              "machineId" : "%s",
                              "computerDnsName" : "web-1.example.com",
                              "connected" : true,
                              "healthStatus" : "Active",
                              "lastSeen" : "2026-03-05T10:15:30.12Z",
                              "lastReportNumber" : 0,
                              "openActions" : 0,
                              "aspects" : [ {
                                "aspect" : "Isolation",
                                "desired" : "Full",
                                "desiredSequence" : 3,
                                "desiredAt" : "2026-03-05T10:15:30.12Z",
                                "observed" : "None",
                                "observedSequence" : 0,
                                "observedAt" : "2026-03-05T10:15:30.12Z",
                                "drift" : true
                              }, {
                                "aspect" : "Execution",
                                "desired" : "None",
                                "desiredSequence" : 0,
                                "desiredAt" : null,
                                "observed" : null,
                                "observedSequence" : 0,
                                "observedAt" : null,
                                "drift" : false
                              } ],
                              "capabilities" : [ {
                                "name" : "NetworkIsolation",
                                "support" : "Enforced",
                                "limits" : [ ]
                              } ]
                            }""".formatted(id));
            assertThat(administrator.get("/cordon/v1/machines/nobody/state").error())
                    .isEqualTo("404 ResourceNotFound: Machine nobody was not found");
        }
    }

    @Test
    void whenAMachineFallsSilentThenItsHealthGoesDownAndComesBackWithALifeSign() {
        var quiet = inventory.enroll("quiet.example.com");
        var sweep = new HealthSweep(inventory.database, inventory::now, HealthRules.USUAL);
        assertThat(sweep.sweep()).isZero();
        inventory.pass(Duration.ofMinutes(6));
        var fresh = inventory.enroll("fresh.example.com");
        assertThat(sweep.sweep()).isEqualTo(1);
        assertThat(ids("$filter=healthStatus eq 'ImpairedCommunication'")).containsExactly(quiet.value());
        assertThat(ids("$filter=healthStatus eq 'Active'")).containsExactly(fresh.value());
        inventory.pass(Duration.ofDays(8));
        assertThat(sweep.sweep()).isEqualTo(2);
        assertThat(sweep.sweep()).isZero();
        assertThat(ids("$filter=healthStatus eq 'Inactive'")).containsExactly(quiet.value(), fresh.value());
        connect(quiet);
        assertThat(ids("$filter=healthStatus eq 'Active'")).containsExactly(quiet.value());
        sweep.close();
    }

    private void connect(MachineId id) {
        var hello = Hello.newBuilder()
                .setFacts(
                        facts(java.util.Objects.requireNonNull(inventory.get(id).computerDnsName()))
                                .clearIpAddresses()
                                .addIpAddresses(Inventory.address("192.0.2.5", "Ethernet")))
                .addCapabilities(
                        Capability.newBuilder().setName("NetworkIsolation").setSupport(Support.SUPPORT_ENFORCED))
                .build();
        inventory.database.write(sql -> {
            inventory.machines.connected(sql, TENANT, id.value(), hello, GATEWAY_SIDE);
            return 0;
        });
    }

    private List<String> ids(String query) {
        return api.ids("/api/machines?" + query);
    }
}
