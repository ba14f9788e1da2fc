/** Cutting a machine off the network and letting it back: the port and what it speaks about. */
@NullMarked
package dev.cordon.agent.isolation;

import org.jspecify.annotations.NullMarked;
