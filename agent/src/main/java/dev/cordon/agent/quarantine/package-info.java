/** Ends what runs a file, takes the file and what starts it away, gives both back, and hands out a sample. */
@NullMarked
package dev.cordon.agent.quarantine;

import org.jspecify.annotations.NullMarked;
