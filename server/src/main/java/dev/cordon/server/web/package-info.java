/** What every endpoint shares: errors, request ids, callers, path versions. */
@NullMarked
package dev.cordon.server.web;

import org.jspecify.annotations.NullMarked;
