package dev.cordon.server.signin;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a device shows to its user: where to go and what to type. The query parameter {@code mkt} of the request picks the
 * language, by a tag such as {@code de-DE} of which only the language counts; English for all that are not known. Stateless.
 */
final class DeviceMessage {

    private static final String ENGLISH =
            "To sign in, use a web browser to open the page %s and enter the code %s to authenticate.";

    private static final Map<String, String> BY_LANGUAGE = Map.ofEntries(
            Map.entry("de", "Öffnen Sie zum Anmelden die Seite %s in einem Webbrowser, und geben Sie den Code %s ein."),
            Map.entry("fr", "Pour vous connecter, ouvrez la page %s dans un navigateur web et entrez le code %s."),
            Map.entry("es", "Para iniciar sesión, abra la página %s en un explorador web y escriba el código %s."),
            Map.entry("it", "Per accedere, aprire la pagina %s in un Web browser e immettere il codice %s."),
            Map.entry("pt", "Para entrar, abra a página %s em um navegador da Web e insira o código %s."),
            Map.entry("nl", "Open de pagina %s in een webbrowser en voer de code %s in om u aan te melden."),
            Map.entry("pl", "Aby się zalogować, otwórz stronę %s w przeglądarce internetowej i wprowadź kod %s."),
            Map.entry("sv", "Logga in genom att öppna sidan %s i en webbläsare och ange koden %s."),
            Map.entry("da", "Log på ved at åbne siden %s i en webbrowser og indtaste koden %s."),
            Map.entry("cs", "Pokud se chcete přihlásit, otevřete ve webovém prohlížeči stránku %s a zadejte kód %s."),
            Map.entry("ja", "サインインするには、Web ブラウザーで %s を開き、コード %s を入力してください。"),
            Map.entry("zh", "若要登录，请使用 Web 浏览器打开页面 %s 并输入代码 %s。"));

    private DeviceMessage() {}

    /** @param market a language tag (BCP 47) */
    static String of(Optional<String> market, String page, String userCode) {
        var text = market.map(Locale::forLanguageTag)
                .map(Locale::getLanguage)
                .map(BY_LANGUAGE::get)
                .orElse(ENGLISH);
        return String.format(Locale.ROOT, text, page, userCode);
    }
}
