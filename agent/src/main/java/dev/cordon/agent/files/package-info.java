/** Files as Linux has them: names of raw bytes, descriptors, all of their metadata; a port that the real calls implement. */
@NullMarked
package dev.cordon.agent.files;

import org.jspecify.annotations.NullMarked;
