/** {@code cordon demo}: a walk through one containment, every step of it verified. */
@NullMarked
package dev.cordon.fleet.demo;

import org.jspecify.annotations.NullMarked;
