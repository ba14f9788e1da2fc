@NullMarked
package dev.cordon.server.machines;

import org.jspecify.annotations.NullMarked;
