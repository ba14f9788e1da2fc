/** Servers and agents as processes of their own, started and ended for sure. */
@NullMarked
package dev.cordon.fleet.process;

import org.jspecify.annotations.NullMarked;
