/** How users sign in: the grants with a user, the pages, consent. */
@NullMarked
package dev.cordon.server.signin;

import org.jspecify.annotations.NullMarked;
