@NullMarked
package dev.cordon.server.odata;

import org.jspecify.annotations.NullMarked;
