package dev.cordon.bench;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ServerUnreachableException;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.machine.SimulatedMachine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.json.JsonMapper;

/**
 * Thousands of machines that have enrolled, each with a key of its own, and some of them that are connected: the agent's
 * own code in this process, over the real protocol. Names of connected ones come first in the alphabet.
 */
final class Crowd implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int AT_ONCE = 4;
    private static final String PROOF = "cordon enroll v1\0";
    private static final String[] PLACES = {"berlin", "lagos", "lima", "oslo", "pune", "quito", "seoul", "turin"};

    private final ApiClient client;
    private final String token;
    private final List<SimulatedMachine> connected = new ArrayList<>();

    private Crowd(ApiClient client, String token) {
        this.client = client;
        this.token = token;
    }

    /**
     * @param all how many there are
     * @param connected how many of them are connected
     * @param directory where the state of those goes
     */
    static Crowd gather(ApiClient client, Session administrator, int all, int connected, Path directory)
            throws InterruptedException {
        administrator
                .post(
                        "/cordon/v1/machine-groups",
                        "{\"name\":\"Workstations\",\"rank\":1,\"conditions\":[{\"property\":\"name\","
                                + "\"operator\":\"contains\",\"value\":\"-ws-\"}]}")
                .orThrow();
        var token = administrator
                .post("/cordon/v1/enrollment-tokens", "{\"description\":\"crowd\",\"maxUses\":" + all + "}")
                .orThrow()
                .json()
                .path("token")
                .asString();
        var crowd = new Crowd(client, token);
        crowd.enroll(all - connected);
        for (int number = 0; number < connected; number++) {
            var machine = new SimulatedMachine(
                    "a-live-" + number + ".example.test", "198.51.100." + (number + 1), directory, Log.silent());
            crowd.connected.add(machine);
            machine.enroll(client.base().toString(), token);
        }
        return crowd;
    }

    /** The names of those that are connected. */
    List<String> connected() {
        return connected.stream().map(SimulatedMachine::name).toList();
    }

    private void enroll(int machines) throws InterruptedException {
        try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
            var done = new ArrayList<Future<?>>();
            for (int number = 0; number < machines; number++) {
                int own = number;
                done.add(workers.submit(() -> enrollOne(own)));
            }
            for (var one : done) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a machine could not enroll", e);
        }
    }

    private void enrollOne(int number) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            var key = generator.generateKeyPair();
            var spki = key.getPublic().getEncoded();
            var proof = Signature.getInstance("SHA256withECDSA");
            proof.initSign(key.getPrivate());
            proof.update((PROOF + token + '\0').getBytes(StandardCharsets.UTF_8));
            proof.update(spki);
            var encoder = Base64.getEncoder();
            var body = Map.of(
                    "token", token,
                    "publicKey", encoder.encodeToString(spki),
                    "proof", encoder.encodeToString(proof.sign()),
                    "facts", facts(number));
            send(JSON.writeValueAsString(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same key may enroll again, so what got no answer in time is sent once more. */
    private void send(String body) {
        var type = Map.of("Content-Type", "application/json");
        try {
            client.send("POST", "/cordon/v1/enroll", body, type).orThrow();
        } catch (ServerUnreachableException e) {
            client.send("POST", "/cordon/v1/enroll", body, type).orThrow();
        }
    }

    private static Map<String, Object> facts(int number) {
        var address = "10." + (number >> 14 & 255) + "." + (number >> 7 & 127) + "." + (number & 127);
        return Map.of(
                "computerDnsName",
                "%s-%s-%05d.example.test"
                        .formatted(PLACES[number % PLACES.length], number % 3 == 0 ? "srv" : "ws", number),
                "osPlatform",
                number % 4 == 0 ? "Ubuntu" : "Debian",
                "osVersion",
                number % 4 == 0 ? "24.04" : "12",
                "osRelease",
                "",
                "osBuild",
                0,
                "osProcessor",
                "x64",
                "osArchitecture",
                "64-bit",
                "agentVersion",
                "simulated",
                "ipAddresses",
                List.of(Map.of("ipAddress", address, "macAddress", "", "type", "Ethernet", "operationalStatus", "Up")));
    }

    @Override
    public void close() {
        connected.forEach(SimulatedMachine::close);
    }
}
