@NullMarked
package dev.cordon.agent.journal;

import org.jspecify.annotations.NullMarked;
