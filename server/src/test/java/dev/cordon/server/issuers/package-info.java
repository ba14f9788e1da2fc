@NullMarked
package dev.cordon.server.issuers;

import org.jspecify.annotations.NullMarked;
