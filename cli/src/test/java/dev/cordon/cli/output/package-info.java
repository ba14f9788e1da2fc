@NullMarked
package dev.cordon.cli.output;

import org.jspecify.annotations.NullMarked;
