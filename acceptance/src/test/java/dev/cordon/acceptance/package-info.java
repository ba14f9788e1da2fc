/** What people see: the sign-in pages and the console, in a real browser against a real server. */
@NullMarked
package dev.cordon.acceptance;

import org.jspecify.annotations.NullMarked;
