/** How a machine gets its identity, and where it keeps it. */
@NullMarked
package dev.cordon.agent.enrollment;

import org.jspecify.annotations.NullMarked;
