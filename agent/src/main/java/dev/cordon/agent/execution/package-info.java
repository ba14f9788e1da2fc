/** The port to what decides which programs may start on this machine, and the orders about it. */
@NullMarked
package dev.cordon.agent.execution;

import org.jspecify.annotations.NullMarked;
