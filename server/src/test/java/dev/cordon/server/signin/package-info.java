@NullMarked
package dev.cordon.server.signin;

import org.jspecify.annotations.NullMarked;
