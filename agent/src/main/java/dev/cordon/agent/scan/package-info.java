/** Antivirus scans: which files are looked at, by which engine, and what is said about it. */
@NullMarked
package dev.cordon.agent.scan;

import org.jspecify.annotations.NullMarked;
