@NullMarked
package dev.cordon.server.audit;

import org.jspecify.annotations.NullMarked;
