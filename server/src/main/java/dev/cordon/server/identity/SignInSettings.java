package dev.cordon.server.identity;

/**
 * How the people of a tenant sign in.
 *
 * @param requireSecondFactor whether a password alone does for nobody; who has no second factor enrolls one at the next
 *     sign-in
 */
public record SignInSettings(boolean requireSecondFactor) {

    public static final SignInSettings DEFAULT = new SignInSettings(false);
}
