/** What keeps the memory of long-running programs small. */
@NullMarked
package dev.cordon.protocol.memory;

import org.jspecify.annotations.NullMarked;
