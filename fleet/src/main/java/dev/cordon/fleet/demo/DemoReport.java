package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the walk did, verified and measured, as it grows. */
final class DemoReport {

    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectNode root = JSON.createObjectNode();
    private final ArrayNode steps;
    private boolean allVerified = true;

    DemoReport(String mode, Instant startedAt) {
        root.put("product", "Cordon");
        root.put("mode", mode);
        root.put("startedAt", startedAt.toString());
        root.putNull("endedAt");
        root.put("verified", false);
        root.putNull("failure");
        root.putObject("measured");
        steps = root.putArray("steps");
    }

    /** One step of the walk. */
    Step step(String name) {
        return new Step(steps.addObject().put("name", name).put("verified", false));
    }

    /** A figure of the whole run. */
    void measured(String name, double value) {
        ((ObjectNode) root.path("measured")).put(name, value);
    }

    boolean allVerified() {
        return allVerified && !steps.isEmpty();
    }

    void failed(String reason) {
        allVerified = false;
        root.put("failure", reason);
    }

    String text(Instant endedAt) {
        root.put("endedAt", endedAt.toString());
        root.put("verified", allVerified());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /** What is known of one step. */
    final class Step {

        private final ObjectNode node;
        private final Map<String, Double> figures = new LinkedHashMap<>();

        private Step(ObjectNode node) {
            this.node = node;
        }

        Step called(Exchange exchange) {
            node.withArray("calls")
                    .addObject()
                    .put("method", exchange.method())
                    .put("url", exchange.uri().toString())
                    .put("status", exchange.status())
                    .put("millis", exchange.took().toNanos() / 1e6);
            return this;
        }

        Step measured(String name, double value) {
            figures.put(name, value);
            return this;
        }

        void ended(boolean verified, String detail) {
            node.put("verified", verified).put("detail", detail);
            ObjectNode measured = node.putObject("measured");
            figures.forEach(measured::put);
            allVerified &= verified;
        }
    }
}
