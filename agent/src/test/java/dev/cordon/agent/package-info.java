@NullMarked
package dev.cordon.agent;

import org.jspecify.annotations.NullMarked;
