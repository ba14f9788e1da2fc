package dev.cordon.server.machines;

import org.jspecify.annotations.Nullable;

/**
 * One address of a machine's network interfaces.
 *
 * @param macAddress 12 hex digits without separators, if the interface has one
 * @param type {@code Ethernet}, {@code Other} or {@code SoftwareLoopback}
 * @param operationalStatus {@code Up} or {@code Down}
 */
public record MachineIpAddress(String ipAddress, @Nullable String macAddress, String type, String operationalStatus) {}
