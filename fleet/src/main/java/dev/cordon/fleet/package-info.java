/** Lab and simulated machines, and the demo. */
@NullMarked
package dev.cordon.fleet;

import org.jspecify.annotations.NullMarked;
