/** The system calls of an antivirus scan on Linux. */
@NullMarked
package dev.cordon.agent.linux.scan;

import org.jspecify.annotations.NullMarked;
