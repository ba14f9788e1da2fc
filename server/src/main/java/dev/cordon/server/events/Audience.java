package dev.cordon.server.events;

import static dev.cordon.server.web.Permissions.CORDON_ADMINISTER;
import static dev.cordon.server.web.Permissions.MACHINE_READ_ALL;
import static dev.cordon.server.web.Permissions.MACHINE_READ_WRITE_ALL;
import static dev.cordon.server.web.Permissions.TI_READ_WRITE;
import static dev.cordon.server.web.Permissions.TI_READ_WRITE_ALL;

import dev.cordon.server.feed.Feed;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.Permissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events a caller may see: those of machines and their actions with a permission to read machines, and within the
 * machine groups that its roles reach; those of blocked files, and those of administration, with the permissions that
 * show the same elsewhere.
 *
 * @param machines null: none
 */
record Audience(@Nullable MachineScope machines, boolean blocks, boolean administration) {

    private static final List<String> OF_MACHINES = List.of(MACHINE_READ_ALL, MACHINE_READ_WRITE_ALL);
    private static final List<String> OF_BLOCKS = List.of(TI_READ_WRITE, TI_READ_WRITE_ALL);
    private static final List<String> OF_ADMINISTRATION = List.of(CORDON_ADMINISTER);

    /** With one of these there is something to see. */
    static final List<String> ANY =
            List.of(MACHINE_READ_ALL, MACHINE_READ_WRITE_ALL, TI_READ_WRITE, TI_READ_WRITE_ALL, CORDON_ADMINISTER);

    /** Everybody's. */
    static final Audience ALL = new Audience(MachineScope.ALL, true, true);

    static Audience of(Caller caller) {
        return new Audience(
                Permissions.toRead(caller, OF_MACHINES).map(Caller::machines).orElse(null),
                Permissions.toRead(caller, OF_BLOCKS).isPresent(),
                Permissions.toRead(caller, OF_ADMINISTRATION).isPresent());
    }

    boolean sees(ShownEvent shown) {
        var event = shown.event();
        return switch (event.kind().split("\\.", 2)[0]) {
            case "action", "machine", "machines", "object", "report" -> {
                if (machines == null) {
                    yield false;
                }
                yield event.kind().equals(Feed.MANY_MACHINES)
                        || (event.machineId() == null
                                ? machines instanceof MachineScope.All
                                : machines.holds(shown.group()));
            }
            case "file", "blocks" -> blocks;
            default -> administration;
        };
    }
}
