@NullMarked
package dev.cordon.agent.linux;

import org.jspecify.annotations.NullMarked;
