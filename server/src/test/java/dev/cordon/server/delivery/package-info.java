@NullMarked
package dev.cordon.server.delivery;

import org.jspecify.annotations.NullMarked;
