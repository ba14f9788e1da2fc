/** The control server: settings, wiring and start. */
@NullMarked
package dev.cordon.server;

import org.jspecify.annotations.NullMarked;
