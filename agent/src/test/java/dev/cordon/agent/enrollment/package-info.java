@NullMarked
package dev.cordon.agent.enrollment;

import org.jspecify.annotations.NullMarked;
