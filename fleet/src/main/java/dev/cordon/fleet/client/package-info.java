/** A small client of Cordon's API: what the demo, the tests and the command line share. */
@NullMarked
package dev.cordon.fleet.client;

import org.jspecify.annotations.NullMarked;
