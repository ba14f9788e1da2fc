/** Local commands to the agent: its status and the release with a one-time code. */
@NullMarked
package dev.cordon.agent.breakglass;

import org.jspecify.annotations.NullMarked;
