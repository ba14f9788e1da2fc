/** The investigation package: what a machine looks like now, in one zip, the most volatile first. */
@NullMarked
package dev.cordon.agent.collection;

import org.jspecify.annotations.NullMarked;
