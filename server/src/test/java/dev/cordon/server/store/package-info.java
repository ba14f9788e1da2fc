@NullMarked
package dev.cordon.server.store;

import org.jspecify.annotations.NullMarked;
