package dev.cordon.server.users;

/**
 * Where and for what a passkey is made or used (Web Authentication Level 3, 7.1 and 7.2).
 *
 * @param purpose a challenge that was made for one purpose serves no other
 * @param origin of the page, as the browser must have signed it
 * @param rpId the host name that the passkey belongs to
 * @param browser what only the browser that asked for the challenge can show, hashed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record PasskeyCeremony(Purpose purpose, String origin, String rpId, byte[] browser) {

    /** What a challenge is for. */
    public enum Purpose {
        /** Instead of name and password; the authenticator must have verified its user. */
        SIGN_IN,
        /** After the password. */
        SECOND_FACTOR,
        /** Making a new one. */
        ENROLLMENT
    }
}
