/** The keys of outside OpenID Connect issuers that administrators trust. */
@NullMarked
package dev.cordon.server.issuers;

import org.jspecify.annotations.NullMarked;
