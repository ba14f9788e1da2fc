package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.odata.EntityModel;
import java.util.Arrays;
import java.util.List;

/** What queries on machine actions can name. The kinds are the contract's, also those that no machine has had yet. */
final class ActionModel {

    private static final List<String> TYPES = List.of(
            "CollectInvestigationPackage",
            "Isolate",
            "Unisolate",
            "RestrictCodeExecution",
            "UnrestrictCodeExecution",
            "RunAntiVirusScan",
            "StopAndQuarantineFile",
            "Offboard",
            "LiveResponse",
            "RequestSample");

    static final String SET = "MachineActions";

    static final EntityModel MODEL = EntityModel.of(SET, Action.TABLE, Action.SEQ, MachineAction.COLUMNS)
            .identity("id", Action.ID)
            .choice("type", Action.TYPE, TYPES)
            .text("requestor", Action.REQUESTOR)
            .choice(
                    "status",
                    Action.STATUS,
                    Arrays.stream(Status.values()).map(Status::word).toList())
            .folded("machineId", Action.MACHINE_ID)
            .folded("computerDnsName", Action.COMPUTER_DNS_NAME)
            .time("creationDateTimeUtc", Action.CREATED_AT)
            .time("lastUpdateDateTimeUtc", Action.UPDATED_AT)
            .alias("lastUpdateTimeUtc", "lastUpdateDateTimeUtc")
            .text("externalId", Action.EXTERNAL_ID)
            .shown(
                    "title",
                    "requestorComment",
                    "cancellationRequestor",
                    "cancellationComment",
                    "cancellationDateTimeUtc",
                    "errorHResult",
                    "scope",
                    "requestSource",
                    "relatedFileInfo",
                    "commands",
                    "troubleshootInfo")
            .newestFirst("creationDateTimeUtc")
            .build();

    private ActionModel() {}
}
