/** People who sign in at outside issuers: the issuers' settings, the exchange with them, who is which user. */
@NullMarked
package dev.cordon.server.federation;

import org.jspecify.annotations.NullMarked;
