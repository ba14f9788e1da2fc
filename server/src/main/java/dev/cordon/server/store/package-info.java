/** The relational store: one SQL layer over SQLite and PostgreSQL. */
@NullMarked
package dev.cordon.server.store;

import org.jspecify.annotations.NullMarked;
