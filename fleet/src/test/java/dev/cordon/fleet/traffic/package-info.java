@NullMarked
package dev.cordon.fleet.traffic;

import org.jspecify.annotations.NullMarked;
