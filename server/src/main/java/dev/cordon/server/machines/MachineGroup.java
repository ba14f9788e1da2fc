package dev.cordon.server.machines;

import java.util.List;

/**
 * Machines that belong together, as roles see them.
 *
 * @param id what machines carry as {@code rbacGroupId}, from 1
 * @param rank of all groups whose rule a machine meets, the one with the lowest rank has it; ties go to the older
 */
public record MachineGroup(long id, String name, long rank, Rule rule) {

    /** What the machines of no group have as {@code rbacGroupId}. */
    public static final long UNGROUPED = 0;

    /**
     * Which machines a group takes in: those that are named, and those that meet all conditions. A rule without
     * conditions takes in the named ones only.
     */
    public record Rule(List<Condition> conditions, List<String> machineIds) {
        public Rule {
            conditions = List.copyOf(conditions);
            machineIds = List.copyOf(machineIds);
        }

        boolean holds(Machine machine) {
            return machineIds.contains(machine.id())
                    || (!conditions.isEmpty() && conditions.stream().allMatch(condition -> condition.holds(machine)));
        }
    }

    /** Compares a property of a machine without regard to case; of several tags, one is enough. */
    public record Condition(Property property, Operator operator, String value) {

        boolean holds(Machine machine) {
            return property.of(machine).stream().anyMatch(text -> operator.holds(fold(text), fold(value)));
        }

        private static String fold(String text) {
            return text.toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What a condition looks at. */
    public enum Property {
        TAG("tag"),
        NAME("name"),
        OS_PLATFORM("osPlatform");

        private final String word;

        Property(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        private List<String> of(Machine machine) {
            return switch (this) {
                case TAG -> machine.tags();
                case NAME -> {
                    var name = machine.computerDnsName();
                    yield name == null ? List.of() : List.of(name);
                }
                case OS_PLATFORM -> List.of(machine.osPlatform());
            };
        }
    }

    /** How a condition compares. */
    public enum Operator {
        EQUALS("equals"),
        STARTS_WITH("startsWith"),
        ENDS_WITH("endsWith"),
        CONTAINS("contains");

        private final String word;

        Operator(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        private boolean holds(String text, String value) {
            return switch (this) {
                case EQUALS -> text.equals(value);
                case STARTS_WITH -> text.startsWith(value);
                case ENDS_WITH -> text.endsWith(value);
                case CONTAINS -> text.contains(value);
            };
        }
    }
}
