@NullMarked
package dev.cordon.agent.vault;

import org.jspecify.annotations.NullMarked;
