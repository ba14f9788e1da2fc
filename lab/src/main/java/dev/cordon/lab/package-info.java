/** Lab machines: network namespaces on a bridge of their own, for tests and for the demo. */
@NullMarked
package dev.cordon.lab;

import org.jspecify.annotations.NullMarked;
