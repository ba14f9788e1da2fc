@NullMarked
package dev.cordon.server.enrollment;

import org.jspecify.annotations.NullMarked;
