/** Where on this machine is the file with this hash: on its disks, and in its processes. */
@NullMarked
package dev.cordon.agent.finder;

import org.jspecify.annotations.NullMarked;
