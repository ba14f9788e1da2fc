@NullMarked
package dev.cordon.cli.connection;

import org.jspecify.annotations.NullMarked;
