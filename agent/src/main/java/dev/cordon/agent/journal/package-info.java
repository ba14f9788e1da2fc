/** What was accepted, done and not yet confirmed, on disk before anything else happens. */
@NullMarked
package dev.cordon.agent.journal;

import org.jspecify.annotations.NullMarked;
