/**
 * Execution control by fanotify(7): one group whose permission events are answered by a thread that never waits, a
 * kernel timer that ends the agent should that thread stop, and the lists of what is blocked and trusted.
 */
@NullMarked
package dev.cordon.agent.linux.execution;

import org.jspecify.annotations.NullMarked;
