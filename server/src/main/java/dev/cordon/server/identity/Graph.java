package dev.cordon.server.identity;

import java.util.Locale;
import java.util.Optional;

/**
 * Microsoft Graph, as far as a token service needs it: its tokens open userinfo, and with the permission to read the
 * signed-in user's profile they open the API of the 2017 preview, {@code /testwdatppreview}, for administrators of the
 * directory. Stateless.
 */
public final class Graph {

    /** Its application id: the resource of a sign-in that names none. */
    public static final String ID = "00000003-0000-0000-c000-000000000000";

    /** The name by which programs ask for it. */
    public static final String RESOURCE = "https://graph.microsoft.com";

    /** Sign in and read one's own profile; the only one of its permissions that exists here. */
    public static final String USER_READ = "User.Read";

    /** How applications are registered for it, and users consent to it. */
    public static final String PERMISSION = RESOURCE + "/" + USER_READ;

    private Graph() {}

    /** Whether a resource id names it, with or without a slash at its end. */
    public static boolean is(String resource) {
        return resource.equals(ID) || isNamed(resource);
    }

    /** Whether somebody asked for it by its name, and not merely for nothing else. */
    public static boolean isNamed(String resource) {
        var folded = resource.toLowerCase(Locale.ROOT);
        return folded.equals(RESOURCE) || folded.equals(RESOURCE + "/");
    }

    /** The permission's full name, in its own spelling. */
    public static Optional<String> permission(String name) {
        return name.equalsIgnoreCase(PERMISSION) ? Optional.of(PERMISSION) : Optional.empty();
    }
}
