/** Calls of libraries that are written in C. */
@NullMarked
package dev.cordon.protocol.foreign;

import org.jspecify.annotations.NullMarked;
