@NullMarked
package dev.cordon.protocol;

import org.jspecify.annotations.NullMarked;
