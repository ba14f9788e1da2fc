/** The server's own certificate authority and TLS certificate. */
@NullMarked
package dev.cordon.server.tls;

import org.jspecify.annotations.NullMarked;
