@NullMarked
package dev.cordon.gateway;

import org.jspecify.annotations.NullMarked;
