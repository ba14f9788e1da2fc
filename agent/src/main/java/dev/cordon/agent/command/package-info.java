/** Verifies commands, keeps their order, carries them out, reports. */
@NullMarked
package dev.cordon.agent.command;

import org.jspecify.annotations.NullMarked;
