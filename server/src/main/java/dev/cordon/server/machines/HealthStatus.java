package dev.cordon.server.machines;

import java.util.List;

/** The values of {@code healthStatus}. Cordon itself sets the first three. */
final class HealthStatus {

    static final String ACTIVE = "Active";
    static final String IMPAIRED = "ImpairedCommunication";
    static final String INACTIVE = "Inactive";

    static final List<String> VALUES =
            List.of(ACTIVE, IMPAIRED, INACTIVE, "NoSensorData", "NoSensorDataImpairedCommunication", "Unknown");

    private HealthStatus() {}
}
