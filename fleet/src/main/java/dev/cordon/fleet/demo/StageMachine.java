package dev.cordon.fleet.demo;

import dev.cordon.fleet.traffic.Traffic;
import java.util.Optional;

/** One machine of the demo, with an agent that can be ended and started again. */
interface StageMachine {

    /** Its full name, for example {@code lab-1.example.test}. */
    String name();

    /** Its traffic with the bystander; empty on a machine that only exists in memory. */
    Optional<Traffic> traffic();

    void stopAgent();

    void startAgent();
}
