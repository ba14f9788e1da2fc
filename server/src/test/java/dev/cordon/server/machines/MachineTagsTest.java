package dev.cordon.server.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers may write on a machine: tags, and how much it is worth. */
class MachineTagsTest {

    private final Inventory inventory = new Inventory(Engine.SQLITE);
    private final Api api = new Api(inventory, "Machine.ReadWrite.All");

    @AfterEach
    void stop() {
        api.close();
        inventory.close();
    }

    @Test
    void whenTagsChangeThenTheMachineShowsThemAndTheLogTells() {
        var id = inventory.enroll("web-1.example.com");
        var path = "/api/machines/" + id + "/tags";
        assertThat(tags(api.send("POST", path, Api.tag("Ärger & Söhne", "Add"))))
                .containsExactly("Ärger & Söhne");
        assertThat(tags(api.send("POST", path, Api.tag("b", "add")))).containsExactly("b", "Ärger & Söhne");
        assertThat(tags(api.send("POST", path, Api.tag("b", "Add")))).containsExactly("b", "Ärger & Söhne");
        assertThat(tags(api.send("POST", path, Api.tag("b", "Remove")))).containsExactly("Ärger & Söhne");
        assertThat(tags(api.send("PATCH", "/api/machines/" + id, "{\"machineTags\":[\"x\",\"y\",\"x\"]}")))
                .containsExactly("x", "y");
        assertThat(inventory.audited)
                .contains(
                        "Responder (app-1) machine.untagged machine:" + id + " {tag=b}",
                        "Responder (app-1) machine.tags-replaced machine:" + id + " {tags=[x, y, x]}");
        assertThat(api.send("POST", path, "{\"Action\":\"Add\"}").error())
                .isEqualTo("400 MissingRequiredParameter: Parameter Value is missing.");
        assertThat(api.send("POST", path, "{\"Value\":\"x\"}").error())
                .isEqualTo("400 MissingRequiredParameter: Parameter Action is missing.");
        assertThat(api.send("POST", path, Api.tag("x", "Replace")).error()).startsWith("400 InvalidInput");
        assertThat(api.send("POST", path, Api.tag(" ", "Add")).error()).startsWith("400 InvalidInput");
        assertThat(api.send("POST", path, Api.tag("x".repeat(201), "Add")).error())
                .startsWith("400 InvalidInput");
        assertThat(api.send("POST", path, "{\"Value\":7,\"Action\":\"Add\"}").error())
                .startsWith("400 InvalidRequestBody");
        assertThat(api.send("POST", path, "{").error()).startsWith("400 InvalidRequestBody");
    }

    @Test
    void whenManyMachinesAreTaggedThenAllAreOrNone() {
        var a = inventory.enroll("a.example.com");
        var b = inventory.enroll("b.example.com");
        var path = "/api/machines/AddOrRemoveTagForMultipleMachines";
        var body = "{\"Value\":\"t\",\"Action\":\"Add\",\"MachineIds\":[%s]}";
        assertThat(api.send("POST", path, body.formatted("\"" + a + "\",\"unknown\""))
                        .error())
                .isEqualTo("404 ResourceNotFound: Machine unknown was not found");
        assertThat(inventory.get(a).tags()).isEmpty();
        assertThat(api.send("POST", path, body.formatted("\"" + a + "\",\"" + b + "\""))
                        .status())
                .isEqualTo(200);
        assertThat(inventory.get(a).tags()).containsExactly("t");
        assertThat(inventory.get(b).tags()).containsExactly("t");
        assertThat(api.send("POST", path, body.formatted("\"x\"" + ",\"x\"".repeat(500)))
                        .error())
                .isEqualTo("400 MaximumBatchSizeExceeded: Maximum batch size exceeded. Received: 501, allowed: 500.");
    }

    @Test
    void whenTheDeviceValueIsSetThenOnlyKnownValuesAreTaken() {
        var id = inventory.enroll("web-1.example.com");
        var path = "/api/machines/" + id + "/setDeviceValue";
        assertThat(api.send("POST", path, "{\"DeviceValue\":\"High\"}")
                        .json()
                        .get("deviceValue")
                        .stringValue())
                .isEqualTo("High");
        assertThat(api.send("PATCH", "/api/machines/" + id, "{\"deviceValue\":\"Low\",\"other\":1}")
                        .json()
                        .get("deviceValue")
                        .stringValue())
                .isEqualTo("Low");
        assertThat(api.send("POST", path, "{\"DeviceValue\":\"Huge\"}").error()).startsWith("400 InvalidInput");
        assertThat(api.send("POST", path, "{}").error()).startsWith("400 MissingRequiredParameter");
        assertThat(inventory.get(id).deviceValue()).isEqualTo("Low");
        assertThat(inventory.audited)
                .containsExactly(
                        "Responder (app-1) machine.device-value-set machine:" + id + " {from=Normal, to=High}",
                        "Responder (app-1) machine.device-value-set machine:" + id + " {from=High, to=Low}");
    }

    @Test
    void whenFoundByTagThenWholeTagsOrTheirBeginningsCount() {
        var id = inventory.enroll("a.example.com").value();
        inventory.enroll("b.example.com");
        api.send("POST", "/api/machines/" + id + "/tags", Api.tag("lab-1", "Add"));
        assertThat(api.ids("/api/machines/findbytag?tag=lab-1")).containsExactly(id);
        assertThat(api.ids("/api/machines/findbytag?tag=lab")).isEmpty();
        assertThat(api.ids("/api/machines/findByTag?tag=lab&useStartsWithFilter=true"))
                .containsExactly(id);
        assertThat(api.get("/api/machines/findbytag").error())
                .isEqualTo("400 MissingRequiredParameter: Parameter tag is missing.");
    }

    private static List<String> tags(Api.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        var tags = new ArrayList<String>();
        answer.json().get("machineTags").forEach(tag -> tags.add(tag.stringValue()));
        return tags;
    }
}
