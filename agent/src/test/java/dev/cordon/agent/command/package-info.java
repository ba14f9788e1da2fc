@NullMarked
package dev.cordon.agent.command;

import org.jspecify.annotations.NullMarked;
