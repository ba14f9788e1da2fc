/** The agents' front door: holds connections, delivers commands, takes reports. */
@NullMarked
package dev.cordon.gateway;

import org.jspecify.annotations.NullMarked;
