/** Hands files over to the server, in pieces, over any number of connections. */
@NullMarked
package dev.cordon.agent.upload;

import org.jspecify.annotations.NullMarked;
