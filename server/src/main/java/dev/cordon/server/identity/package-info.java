/** Tenants, applications, permissions and the token service. */
@NullMarked
package dev.cordon.server.identity;

import org.jspecify.annotations.NullMarked;
