package dev.cordon.agent.linux;

import java.io.IOException;

/** nftables refused a command; the message is what it said. Nothing of the command took effect. */
final class NftException extends IOException {

    private static final long serialVersionUID = 1L;

    NftException(String message) {
        super(message);
    }
}
