package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.odata.EntityModel;
import java.util.Arrays;
import java.util.List;
import org.jooq.Field;
import org.jooq.impl.DSL;

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
            "RequestSample",
            "RestoreFile");

    static final String SET = "MachineActions";

    static final EntityModel MODEL = EntityModel.of(SET, Action.TABLE, Action.SEQ, MachineAction.COLUMNS)
            .identity("id", Action.ID)
            .choice("type", Action.TYPE, TYPES)
            .name("requestor", Action.REQUESTOR)
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

    /** The words of the preview: it knew neither waiting nor time-outs. */
    private static final Field<String> EARLY_STATUS = DSL.case_(Action.STATUS)
            .when(Status.PENDING.word(), Status.PENDING.earlyWord())
            .when(Status.TIME_OUT.word(), Status.TIME_OUT.earlyWord())
            .else_(Action.STATUS);

    private static final List<String> EARLY_STATUSES =
            Arrays.stream(Status.values()).map(Status::earlyWord).distinct().toList();

    static final EntityModel PREVIEW = EntityModel.of(SET, Action.TABLE, Action.SEQ, MachineAction.COLUMNS)
            .identity("id", Action.ID)
            .choice("type", Action.TYPE, TYPES)
            .name("requestor", Action.REQUESTOR)
            .choice("status", EARLY_STATUS, EARLY_STATUSES)
            .folded("machineId", Action.MACHINE_ID)
            .time("creationDateTimeUtc", Action.CREATED_AT)
            .time("lastUpdateTimeUtc", Action.UPDATED_AT)
            .alias("lastUpdateDateTimeUtc", "lastUpdateTimeUtc")
            .shown("requestorComment", "error")
            .newestFirst("creationDateTimeUtc")
            .build();

    static final EntityModel FILES = EntityModel.of(
                    "FileMachineActions", Action.TABLE, Action.SEQ, MachineAction.COLUMNS)
            .identity("id", Action.ID)
            .folded("sha1", Action.RELATED_FILE)
            .choice("type", Action.TYPE, TYPES)
            .name("requestor", Action.REQUESTOR)
            .choice("status", EARLY_STATUS, EARLY_STATUSES)
            .folded("fileId", Action.RELATED_FILE)
            .folded("machineId", Action.MACHINE_ID)
            .time("creationDateTimeUtc", Action.CREATED_AT)
            .time("lastUpdateDateTimeUtc", Action.UPDATED_AT)
            .alias("lastUpdateTimeUtc", "lastUpdateDateTimeUtc")
            .shown("requestorComment", "fileInstances")
            .newestFirst("creationDateTimeUtc")
            .build();

    private ActionModel() {}
}
