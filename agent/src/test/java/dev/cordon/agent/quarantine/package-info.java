@NullMarked
package dev.cordon.agent.quarantine;

import org.jspecify.annotations.NullMarked;
