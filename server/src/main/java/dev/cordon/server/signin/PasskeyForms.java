package dev.cordon.server.signin;

import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.PasskeyCeremony.Purpose;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * The forms by which a page asks for a passkey. The script fetches the options, asks the authenticator, puts its answer
 * into the form and sends it; without the script, or in a browser without passkeys, the form stays hidden. Thread-safe.
 */
final class PasskeyForms {

    static final String OPTIONS = "/signin/passkey/options";
    static final String SIGN_IN = "/signin/passkey";
    static final String SECOND_FACTOR = "/signin/passkey/second";
    static final String ENROLLMENT = "/signin/passkey/enroll";

    private final PasskeySite site;

    PasskeyForms(PasskeySite site) {
        this.site = site;
    }

    /** Whether passkeys work where the browser is. */
    boolean work(Context http) {
        return site.rpId(http).isPresent();
    }

    /** In place of name and password. */
    Html signIn(Context http, SignInPages pages, Next next, String application) {
        return form(
                http,
                SIGN_IN,
                Purpose.SIGN_IN,
                pages.hidden(http, next, application),
                new Html("<button class=\"second\">Sign in with a passkey</button>"));
    }

    /** After the password. */
    Html secondFactor(Context http, SignInPages pages, Next next) {
        return form(
                http,
                SECOND_FACTOR,
                Purpose.SECOND_FACTOR,
                pages.hidden(http, next, "Cordon"),
                new Html("<button>Use a passkey</button>"));
    }

    Html enrollment(Context http, SignInPages pages, Next next) {
        return form(http, ENROLLMENT, Purpose.ENROLLMENT, pages.hidden(http, next, "Cordon"), new Html("""
                        <label for="passkey-name">Name of the new passkey, to know it by</label>
                        <input id="passkey-name" name="name" type="text" autocomplete="off" maxlength="100" placeholder="Work laptop">
                        <button class="second">Add a passkey</button>"""));
    }

    private Html form(Context http, String action, Purpose purpose, Html hidden, Html visible) {
        if (!work(http)) {
            return Html.NOTHING;
        }
        return Html.of(
                """
                <form class="passkey" method="post" action="%s" data-passkey="%s" data-options="%s" hidden>
                %s
                <input type="hidden" name="purpose" value="%s">
                <input type="hidden" name="credential" value="">
                %s
                <p class="status" role="status" aria-live="polite"></p>
                </form>
                """,
                action, purpose == Purpose.ENROLLMENT ? "create" : "get", OPTIONS, hidden, purpose.name(), visible);
    }

    static Optional<Purpose> purpose(String text) {
        for (var purpose : Purpose.values()) {
            if (purpose.name().equals(text)) {
                return Optional.of(purpose);
            }
        }
        return Optional.empty();
    }
}
