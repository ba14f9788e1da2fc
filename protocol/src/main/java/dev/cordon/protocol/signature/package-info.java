/** Digital signatures: the platform's libcrypto where there is one, because it is many times faster, and the JDK. */
@NullMarked
package dev.cordon.protocol.signature;

import org.jspecify.annotations.NullMarked;
