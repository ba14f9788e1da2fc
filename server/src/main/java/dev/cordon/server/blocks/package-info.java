/** The files that a tenant blocks on all of its machines: who blocked them, and which machine enforces which version. */
@NullMarked
package dev.cordon.server.blocks;

import org.jspecify.annotations.NullMarked;
