package dev.cordon.agent.channel;

import java.io.IOException;

/** The other side does not speak the protocol. */
final class ChannelException extends IOException {

    private static final long serialVersionUID = 1L;

    ChannelException(String message) {
        super(message);
    }
}
