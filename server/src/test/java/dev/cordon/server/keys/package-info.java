@NullMarked
package dev.cordon.server.keys;

import org.jspecify.annotations.NullMarked;
