/** A machine that only pretends to be cut off: for playbook tests, load and the agent's own tests. */
@NullMarked
package dev.cordon.agent.simulation;

import org.jspecify.annotations.NullMarked;
