@NullMarked
package dev.cordon.agent.breakglass;

import org.jspecify.annotations.NullMarked;
