@NullMarked
package dev.cordon.agent.scan;

import org.jspecify.annotations.NullMarked;
