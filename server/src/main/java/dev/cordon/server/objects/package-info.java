/** What machines hand over: kept encrypted, taken in pieces that survive every cut, handed out by short-lived links. */
@NullMarked
package dev.cordon.server.objects;

import org.jspecify.annotations.NullMarked;
