/** Files as the API names them: by a hash. */
@NullMarked
package dev.cordon.server.files;

import org.jspecify.annotations.NullMarked;
