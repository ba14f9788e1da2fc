@NullMarked
package dev.cordon.agent.linux.execution;

import org.jspecify.annotations.NullMarked;
