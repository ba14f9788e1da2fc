package dev.cordon.server.actions;

import dev.cordon.protocol.wire.AllowExecution;
import dev.cordon.protocol.wire.Collect;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Isolate;
import dev.cordon.protocol.wire.IsolationMode;
import dev.cordon.protocol.wire.Offboard;
import dev.cordon.protocol.wire.Release;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Scan;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.StopAndQuarantine;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.identity.TenantSettings;
import dev.cordon.server.machines.MachineState;
import java.util.Optional;

/** What a request becomes in the agents' vocabulary, and what it makes of the machine until further notice. Stateless. */
final class Orders {

    private static final String RESTRICTED = "Restricted";
    private static final String MONITORED = "Monitored";

    private Orders() {}

    /** Writes the order of a request. That of an isolation lacks its one-time code. */
    static void write(Command.Builder command, ActionRequest request, TenantSettings settings) {
        switch (request.type()) {
            case ISOLATE -> command.setIsolate(isolate(request, settings));
            case UNISOLATE -> command.setRelease(Release.getDefaultInstance());
            case RESTRICT -> command.setRestrictExecution(settings.execution().toWire());
            case UNRESTRICT -> command.setAllowExecution(AllowExecution.getDefaultInstance());
            case SCAN -> command.setScan(Scan.newBuilder().setDepth(depth(request)));
            case QUARANTINE ->
                command.setStopAndQuarantine(
                        StopAndQuarantine.newBuilder().setHash(file(request).toWire()));
            case RESTORE -> command.setRestore(restore(request));
            case COLLECT -> command.setCollect(Collect.getDefaultInstance());
            case SAMPLE ->
                command.setRequestSample(RequestSample.newBuilder()
                        .setHash(file(request).toWire())
                        .setPath(request.path().orElse("")));
            case OFFBOARD -> command.setOffboard(Offboard.getDefaultInstance());
        }
    }

    /** The state that an aspect of the machine is to have from now on. */
    static Optional<String> intent(ActionRequest request, TenantSettings settings) {
        return switch (request.type()) {
            case ISOLATE -> request.scope();
            case RESTRICT -> Optional.of(settings.execution().monitorOnly() ? MONITORED : RESTRICTED);
            case UNISOLATE, UNRESTRICT -> Optional.of(MachineState.NONE);
            case SCAN, QUARANTINE, RESTORE, COLLECT, SAMPLE, OFFBOARD -> Optional.empty();
        };
    }

    private static Isolate.Builder isolate(ActionRequest request, TenantSettings settings) {
        boolean selective = request.scope().equals(Optional.of(ActionRequest.SELECTIVE));
        var order = Isolate.newBuilder()
                .setMode(selective ? IsolationMode.ISOLATION_MODE_SELECTIVE : IsolationMode.ISOLATION_MODE_FULL)
                .setDeadManSeconds(settings.isolation().deadManSeconds());
        if (selective) {
            settings.isolation().exclusions().forEach(exclusion -> order.addExclusions(exclusion.toWire()));
        }
        return order;
    }

    private static ScanDepth depth(ActionRequest request) {
        return request.scope().equals(Optional.of(ActionRequest.FULL))
                ? ScanDepth.SCAN_DEPTH_FULL
                : ScanDepth.SCAN_DEPTH_QUICK;
    }

    private static Restore.Builder restore(ActionRequest request) {
        var order = Restore.newBuilder().setOfActionId(request.ofAction().orElse(""));
        request.file().ifPresent(file -> order.setHash(file.toWire()));
        return order;
    }

    private static FileHash file(ActionRequest request) {
        return request.file().orElseThrow();
    }
}
