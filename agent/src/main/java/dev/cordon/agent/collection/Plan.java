package dev.cordon.agent.collection;

import java.util.List;

/**
 * What is collected, in its order.
 *
 * @param first what changes while one looks: nothing else runs meanwhile
 * @param rest what stays; programs that are slow run beside the others
 */
record Plan(List<Item> first, List<Item> rest) {

    Plan {
        first = List.copyOf(first);
        rest = List.copyOf(rest);
    }
}
