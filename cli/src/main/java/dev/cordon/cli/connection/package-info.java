/** How commands reach a server: profiles, trust, tokens, requests. Loads the JDK and the JSON library only. */
@NullMarked
package dev.cordon.cli.connection;

import org.jspecify.annotations.NullMarked;
