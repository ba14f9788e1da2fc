package dev.cordon.acceptance;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/**
 * An authenticator like the one built into a laptop, as Chromium simulates it (the DevTools protocol's WebAuthn domain): it
 * keeps passkeys, and its user has always just touched it. It is there as long as its page. For use by one thread.
 */
final class Authenticator {

    private final CDPSession devTools;
    private final String id;

    private Authenticator(CDPSession devTools, String id) {
        this.devTools = devTools;
        this.id = id;
    }

    static Authenticator builtInto(Page page) {
        var options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        var added = new JsonObject();
        added.add("options", options);
        var devTools = page.context().newCDPSession(page);
        devTools.send("WebAuthn.enable");
        var id = devTools.send("WebAuthn.addVirtualAuthenticator", added)
                .get("authenticatorId")
                .getAsString();
        return new Authenticator(devTools, id);
    }

    /** How many passkeys it keeps. */
    int passkeys() {
        var asked = new JsonObject();
        asked.addProperty("authenticatorId", id);
        return devTools.send("WebAuthn.getCredentials", asked)
                .getAsJsonArray("credentials")
                .size();
    }
}
