/** From end to end: a server and agents as processes of their own, clients as people use them. */
@NullMarked
package dev.cordon.fleet.containment;

import org.jspecify.annotations.NullMarked;
