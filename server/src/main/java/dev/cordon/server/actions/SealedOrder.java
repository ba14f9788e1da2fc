package dev.cordon.server.actions;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.SignedCommand;
import org.jspecify.annotations.Nullable;

/**
 * A command and the exact bytes that will be sent.
 *
 * @param breakGlass the wrapped one-time code of an isolation
 */
record SealedOrder(
        Command command, SignedCommand envelope, @Nullable ByteString breakGlass) {}
