package dev.cordon.fleet.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.lab.LabNetwork;
import dev.cordon.lab.Namespace;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrafficTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @BeforeEach
    void needsLabNetworks() {
        assumeTrue(LabNetwork.missing().isEmpty(), () -> LabNetwork.missing().orElseThrow());
    }

    @Test
    void whenTheNetworkIsCutThenEveryFlowFallsSilentAndComesBackWithIt() {
        try (LabNetwork network = LabNetwork.open()) {
            Namespace bystander = network.join("bystander");
            Namespace machine = network.join("machine");
            try (Traffic traffic = Traffic.start(bystander, machine)) {
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(
                                () -> assertThat(traffic.silentFor(SHORT)).isEmpty());

                long cut = System.nanoTime();
                network.hub().ip("link set hub down");

                await().atMost(Duration.ofSeconds(2))
                        .untilAsserted(
                                () -> assertThat(traffic.silentFor(SHORT)).hasSize(4));
                assertThat(traffic.lastArrivalAfter(cut)).isLessThan(Duration.ofMillis(500));
                long silent = System.nanoTime();

                network.hub().ip("link set hub up");

                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(traffic.silentFor(SHORT)).isEmpty());
                assertThat(traffic.arrivals(silent, System.nanoTime())).isPositive();
            }
        }
    }
}
