/** The little JSON that enrollment speaks. */
@NullMarked
package dev.cordon.agent.json;

import org.jspecify.annotations.NullMarked;
