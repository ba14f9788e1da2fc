@NullMarked
package dev.cordon.server.tls;

import org.jspecify.annotations.NullMarked;
