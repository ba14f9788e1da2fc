/** Users, their roles and passwords, and their sign-ins. */
@NullMarked
package dev.cordon.server.users;

import org.jspecify.annotations.NullMarked;
