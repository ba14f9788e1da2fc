/** The agent's connection to its gateway. */
@NullMarked
package dev.cordon.agent.channel;

import org.jspecify.annotations.NullMarked;
