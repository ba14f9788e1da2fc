/** A machine that really boots: systemd on a throw-away copy of this file system, in namespaces of its own. */
@NullMarked
package dev.cordon.fleet.boot;

import org.jspecify.annotations.NullMarked;
