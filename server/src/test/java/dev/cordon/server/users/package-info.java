@NullMarked
package dev.cordon.server.users;

import org.jspecify.annotations.NullMarked;
