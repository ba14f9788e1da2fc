@NullMarked
package dev.cordon.agent.execution;

import org.jspecify.annotations.NullMarked;
