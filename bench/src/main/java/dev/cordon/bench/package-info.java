/** Benchmarks that print the figures of docs/performance.md. */
@NullMarked
package dev.cordon.bench;

import org.jspecify.annotations.NullMarked;
