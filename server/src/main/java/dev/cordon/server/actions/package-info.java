/** The machine action: life cycle, rules, queries. */
@NullMarked
package dev.cordon.server.actions;

import org.jspecify.annotations.NullMarked;
