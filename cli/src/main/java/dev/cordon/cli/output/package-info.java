/** How answers are shown: tables for people, formats for scripts. Text from machines is never obeyed by a terminal. */
@NullMarked
package dev.cordon.cli.output;

import org.jspecify.annotations.NullMarked;
