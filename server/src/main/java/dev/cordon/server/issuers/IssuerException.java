package dev.cordon.server.issuers;

/** An outside issuer's token cannot be believed. The message is for whoever sent it and for the administrator. */
public final class IssuerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String why;

    public IssuerException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    /** The message. */
    public String why() {
        return why;
    }
}
