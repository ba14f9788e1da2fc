package dev.cordon.server.users;

import java.util.Optional;

/**
 * The session at an outside issuer of which a browser's session here came.
 *
 * @param issuerId of the issuer's settings
 * @param sid what the issuer calls it, if it said so (OpenID Connect Front-Channel Logout 1.0, 3)
 */
public record OutsideSession(String issuerId, Optional<String> sid) {}
