@NullMarked
package dev.cordon.server.identity;

import org.jspecify.annotations.NullMarked;
