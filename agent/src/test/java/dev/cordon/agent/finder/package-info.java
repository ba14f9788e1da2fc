@NullMarked
package dev.cordon.agent.finder;

import org.jspecify.annotations.NullMarked;
