/** Hands out what happened: streams of events. */
@NullMarked
package dev.cordon.server.events;

import org.jspecify.annotations.NullMarked;
