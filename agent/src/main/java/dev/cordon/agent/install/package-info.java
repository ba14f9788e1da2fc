/** The systemd units that keep the agent and its isolation alive. */
@NullMarked
package dev.cordon.agent.install;

import org.jspecify.annotations.NullMarked;
