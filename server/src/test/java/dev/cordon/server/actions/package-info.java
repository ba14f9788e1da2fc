@NullMarked
package dev.cordon.server.actions;

import org.jspecify.annotations.NullMarked;
