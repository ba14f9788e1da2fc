@NullMarked
package dev.cordon.server.events;

import org.jspecify.annotations.NullMarked;
