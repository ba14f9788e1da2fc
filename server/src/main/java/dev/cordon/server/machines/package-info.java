/** Inventory: facts, tags, capabilities, desired and observed state. */
@NullMarked
package dev.cordon.server.machines;

import org.jspecify.annotations.NullMarked;
