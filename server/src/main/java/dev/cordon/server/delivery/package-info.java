/** The gateway's ports on top of machines, actions and enrollment. */
@NullMarked
package dev.cordon.server.delivery;

import org.jspecify.annotations.NullMarked;
