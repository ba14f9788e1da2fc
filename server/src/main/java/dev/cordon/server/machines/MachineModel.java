package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.*;

import dev.cordon.server.odata.EntityModel;
import java.util.List;

/** What queries on machines can name. */
final class MachineModel {

    static final String SET = "Machines";

    static final List<String> DEVICE_VALUES = List.of("Normal", "Low", "High");

    static final EntityModel MODEL = EntityModel.of(SET, MACHINES, SEQ, COLUMNS)
            .identity("id", ID)
            .identity("computerDnsName", COMPUTER_DNS_NAME)
            .time("firstSeen", FIRST_SEEN)
            .time("lastSeen", LAST_SEEN)
            .text("osPlatform", OS_PLATFORM)
            .text("osVersion", OS_VERSION)
            .text("osProcessor", OS_PROCESSOR)
            .text("osArchitecture", OS_ARCHITECTURE)
            .whole("osBuild", OS_BUILD)
            .text("version", VERSION)
            .text("agentVersion", AGENT_VERSION)
            .text("lastIpAddress", LAST_IP_ADDRESS)
            .text("lastExternalIpAddress", LAST_EXTERNAL_IP_ADDRESS)
            .choice("healthStatus", HEALTH_STATUS, HealthStatus.VALUES)
            .choice(
                    "onboardingStatus",
                    ONBOARDING_STATUS,
                    List.of("Onboarded", "CanBeOnboarded", "Unsupported", "InsufficientInfo"))
            .choice("deviceValue", DEVICE_VALUE, DEVICE_VALUES)
            .choice("riskScore", RISK_SCORE, List.of("None", "Informational", "Low", "Medium", "High"))
            .choice("exposureLevel", EXPOSURE_LEVEL, List.of("None", "Low", "Medium", "High"))
            .whole("rbacGroupId", RBAC_GROUP_ID)
            .text("rbacGroupName", RBAC_GROUP_NAME)
            .folded("aadDeviceId", AAD_DEVICE_ID)
            .collection("machineTags", TAGS, TAG, ofThisMachine())
            .shown(
                    "mergedIntoMachineId",
                    "isPotentialDuplication",
                    "isExcluded",
                    "exclusionReason",
                    "isAadJoined",
                    "defenderAvStatus",
                    "managedBy",
                    "managedByStatus",
                    "ipAddresses",
                    "vmMetadata")
            .build();

    private MachineModel() {}
}
