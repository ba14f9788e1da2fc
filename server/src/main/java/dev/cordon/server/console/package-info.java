/** Serves the web console: files from the class path, to anybody; what they show needs a token like everything else. */
@NullMarked
package dev.cordon.server.console;

import org.jspecify.annotations.NullMarked;
