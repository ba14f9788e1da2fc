/** Keeps what was taken out of its place: encrypted, with all of its metadata, to be given back bit for bit. */
@NullMarked
package dev.cordon.agent.vault;

import org.jspecify.annotations.NullMarked;
