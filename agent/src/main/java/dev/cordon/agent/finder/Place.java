package dev.cordon.agent.finder;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;

/** Where a file was found, and how it looked then. Immutable. */
public record Place(RawPath path, Stat stat) {}
