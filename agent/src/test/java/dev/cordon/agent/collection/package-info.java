@NullMarked
package dev.cordon.agent.collection;

import org.jspecify.annotations.NullMarked;
