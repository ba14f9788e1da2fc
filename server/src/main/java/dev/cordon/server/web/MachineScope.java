package dev.cordon.server.web;

import java.util.HashSet;
import java.util.Set;

/** Which machines somebody may see or act on. */
public sealed interface MachineScope {

    /** Every machine of the tenant. */
    MachineScope ALL = new All();

    MachineScope NONE = new Groups(Set.of());

    /** Whether a machine of this group is in it; 0 is the group of those that no rule puts in another. */
    boolean holds(long rbacGroupId);

    /** What is in one or the other. */
    MachineScope or(MachineScope other);

    /** No limit. */
    record All() implements MachineScope {
        @Override
        public boolean holds(long rbacGroupId) {
            return true;
        }

        @Override
        public MachineScope or(MachineScope other) {
            return this;
        }
    }

    /** The machines of some machine groups. */
    record Groups(Set<Long> rbacGroupIds) implements MachineScope {
        public Groups {
            rbacGroupIds = Set.copyOf(rbacGroupIds);
        }

        @Override
        public boolean holds(long rbacGroupId) {
            return rbacGroupIds.contains(rbacGroupId);
        }

        @Override
        public MachineScope or(MachineScope other) {
            return switch (other) {
                case All all -> all;
                case Groups(var more) -> {
                    var both = new HashSet<>(rbacGroupIds);
                    both.addAll(more);
                    yield new Groups(both);
                }
            };
        }
    }
}
