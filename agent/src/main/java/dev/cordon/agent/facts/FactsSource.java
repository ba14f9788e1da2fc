package dev.cordon.agent.facts;

import dev.cordon.protocol.wire.MachineFacts;

/** Tells what this machine is, as it stands now. Safe for use by many threads; quick enough for every heartbeat. */
@FunctionalInterface
public interface FactsSource {

    MachineFacts read();
}
