/** The tenant's list of blocked files as this machine has it: verified, kept, handed to those who enforce it. */
@NullMarked
package dev.cordon.agent.blocklist;

import org.jspecify.annotations.NullMarked;
