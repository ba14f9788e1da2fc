package dev.cordon.server.federation;

/** Somebody who signed in at an issuer is not let in. The message is for the person in front of the browser. */
public final class FederationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String why;

    FederationException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    /** The message. */
    public String why() {
        return why;
    }
}
