/** Traffic between lab machines, measured at both ends. */
@NullMarked
package dev.cordon.fleet.traffic;

import org.jspecify.annotations.NullMarked;
