/** What happened, as a durable, numbered feed that everything else in the server writes to. */
@NullMarked
package dev.cordon.server.feed;

import org.jspecify.annotations.NullMarked;
