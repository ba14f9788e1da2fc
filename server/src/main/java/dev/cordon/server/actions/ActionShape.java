package dev.cordon.server.actions;

import dev.cordon.server.odata.EntityModel;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The shapes in which the API has shown machine actions over time. Under {@code /testwdatppreview} a machine action has
 * nine fields, and asking for a file gives a FileMachineAction instead.
 */
enum ActionShape {
    MACHINE_ACTION("/api/machineactions/", ActionModel.MODEL) {
        @Override
        ObjectNode write(MachineAction action) {
            return ActionJson.write(action);
        }

        @Override
        ObjectNode created(MachineAction action) {
            return ActionJson.created(action);
        }
    },
    PREVIEW("/testwdatppreview/machineactions/", ActionModel.PREVIEW) {
        @Override
        ObjectNode write(MachineAction action) {
            return ActionJson.preview(action);
        }
    },
    FILE("/api/filemachineactions/", ActionModel.FILES) {
        @Override
        ObjectNode write(MachineAction action) {
            return FileActionJson.write(action);
        }
    },
    PREVIEW_FILE("/testwdatppreview/filemachineactions/", ActionModel.FILES) {
        @Override
        ObjectNode write(MachineAction action) {
            return FileActionJson.write(action);
        }
    };

    /** The types that are about a file on a machine, and have been FileMachineActions. */
    static final List<ActionType> OF_FILES = List.of(ActionType.QUARANTINE, ActionType.SAMPLE);

    private final String path;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, as it says
    private final EntityModel model;

    ActionShape(String path, EntityModel model) {
        this.path = path;
        this.model = model;
    }

    /** The answer's shape to a request for an action of this type. */
    static ActionShape of(Context http, ActionType type) {
        if (RequestUrls.isPreview(http)) {
            return OF_FILES.contains(type) ? PREVIEW_FILE : PREVIEW;
        }
        return type == ActionType.SAMPLE ? FILE : MACHINE_ACTION;
    }

    /** The shape that the machine actions' own collection has. */
    static ActionShape ofReads(Context http) {
        return RequestUrls.isPreview(http) ? PREVIEW : MACHINE_ACTION;
    }

    abstract ObjectNode write(MachineAction action);

    /** As the answer to the request that made it shows it. */
    ObjectNode created(MachineAction action) {
        return write(action);
    }

    /** Where one is read, up to its id. */
    String path() {
        return path;
    }

    EntityModel model() {
        return model;
    }

    void answer(Context http, ObjectNode action) {
        ODataAnswers.entity(http, model.set(), action);
    }
}
