/** The agent's state directory and files that are never half written. */
@NullMarked
package dev.cordon.agent.storage;

import org.jspecify.annotations.NullMarked;
