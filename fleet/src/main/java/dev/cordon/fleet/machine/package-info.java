/** Machines with Cordon's agent: in network namespaces for real, or simulated in this process. */
@NullMarked
package dev.cordon.fleet.machine;

import org.jspecify.annotations.NullMarked;
