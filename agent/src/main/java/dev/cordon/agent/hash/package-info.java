/** Hashes of files, fast also where the run time cannot use the processor's instructions for them. */
@NullMarked
package dev.cordon.agent.hash;

import org.jspecify.annotations.NullMarked;
