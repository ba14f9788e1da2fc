package dev.cordon.gateway;

/**
 * A machine as the gateway knows it: which tenant it belongs to and its id there.
 *
 * @param tenantId GUID, lower case with dashes
 * @param machineId 40 lower-case hex digits
 */
public record MachineRef(String tenantId, String machineId) {}
