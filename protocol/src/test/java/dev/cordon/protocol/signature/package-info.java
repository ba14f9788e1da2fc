@NullMarked
package dev.cordon.protocol.signature;

import org.jspecify.annotations.NullMarked;
