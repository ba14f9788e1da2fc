@NullMarked
package dev.cordon.agent.hash;

import org.jspecify.annotations.NullMarked;
