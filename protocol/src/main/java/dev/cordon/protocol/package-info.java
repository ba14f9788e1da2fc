/** What server and agent say to each other: messages, signatures, ids. */
@NullMarked
package dev.cordon.protocol;

import org.jspecify.annotations.NullMarked;
