/** Events with fields, one a line, on standard error. */
@NullMarked
package dev.cordon.agent.log;

import org.jspecify.annotations.NullMarked;
