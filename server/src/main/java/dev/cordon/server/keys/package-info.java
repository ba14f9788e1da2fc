/** Private keys of the server and of tenants, wrapped at rest. */
@NullMarked
package dev.cordon.server.keys;

import org.jspecify.annotations.NullMarked;
