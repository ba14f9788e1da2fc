/** Query options to SQL conditions, envelopes, paging. */
@NullMarked
package dev.cordon.server.odata;

import org.jspecify.annotations.NullMarked;
