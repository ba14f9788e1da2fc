@NullMarked
package dev.cordon.server.console;

import org.jspecify.annotations.NullMarked;
