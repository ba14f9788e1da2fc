@NullMarked
package dev.cordon.agent.channel;

import org.jspecify.annotations.NullMarked;
