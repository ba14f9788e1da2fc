@NullMarked
package dev.cordon.agent.facts;

import org.jspecify.annotations.NullMarked;
