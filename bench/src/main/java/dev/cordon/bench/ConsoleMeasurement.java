package dev.cordon.bench;

import dev.cordon.fleet.client.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures the console from inside the browser, as a signed-in user who sees all machines. */
final class ConsoleMeasurement {

    private static final String PASSWORD = "correct horse battery";
    private static final String ROWS = "document.querySelector('[data-row]:not([aria-busy])')";
    private static final int LOADS = 10;
    private static final int SCROLLS = 5;
    private static final int SCROLL_SECONDS = 6;
    private static final int REPORTS = 64;

    /** Notes when the first row with a machine in it had been painted, in milliseconds after the navigation began. */
    private static final String NOTE_FIRST_ROWS = """
            window.__firstRows = new Promise(done => {
              const look = () => {
                if (!%s) return
                watch.disconnect()
                requestAnimationFrame(() => setTimeout(() => done(performance.now())))
              }
              const watch = new MutationObserver(look)
              watch.observe(document, { childList: true, subtree: true, attributes: true })
            })""".formatted(ROWS);

    /** Notes at which time the words of a row begin, or cease, to match a pattern. */
    private static final String NOTE_WORDS = """
            (name, pattern, wanted) => {
              window.__seen = undefined
              window.__watch?.disconnect()
              const look = () => {
                const row = [...document.querySelectorAll('[data-row]')].find(one => one.textContent.includes(name))
                if (row && pattern.test(row.textContent) === wanted) window.__seen ??= Date.now()
              }
              window.__watch = new MutationObserver(look)
              window.__watch.observe(document.querySelector('[role=grid]'), { childList: true, subtree: true, characterData: true })
            }""";

    private final String server;
    private final BrowserPage page;
    private final Session playbook;
    private final Figures figures;

    ConsoleMeasurement(String server, BrowserPage page, Session playbook, Figures figures) {
        this.server = server;
        this.page = page;
        this.playbook = playbook;
        this.figures = figures;
    }

    /** Makes a user who may do everything with machines, and signs in. */
    void signIn(Session administrator) throws InterruptedException {
        administrator
                .post(
                        "/cordon/v1/roles",
                        "{\"displayName\":\"Responder\",\"allMachines\":true,\"permissions\":[\"ViewData\","
                                + "\"ActiveRemediationActions\"]}")
                .orThrow();
        var invited = administrator
                .post(
                        "/cordon/v1/users",
                        "{\"userPrincipalName\":\"ada@example.test\",\"displayName\":\"Ada Example\","
                                + "\"secondFactorRequired\":false,\"roles\":[\"Responder\"]}")
                .orThrow()
                .json();
        page.go(invited.at("/invitation/url").asString());
        page.await("document.querySelector('#again')");
        submit("for (const one of document.querySelectorAll('input[type=password]')) one.value = '" + PASSWORD + "'");
        page.await("!document.querySelector('#again')");
        signInAgain(administrator);
    }

    /** Signs that user in in another browser. */
    void signInAgain(Session administrator) throws InterruptedException {
        page.go(server + "/console/machines");
        page.await("location.pathname === '/console/machines'");
        page.value("localStorage.setItem('cordon.tenant', '"
                + administrator.credentials().tenantId() + "')");
        page.go(server + "/console/machines");
        page.await("[...document.querySelectorAll('button')].some(one => one.textContent === 'Sign in')");
        page.value("[...document.querySelectorAll('button')].find(one => one.textContent === 'Sign in').click()");
        page.await("document.querySelector('input[name=password]')");
        submit("document.querySelector('input:not([type=hidden]):not([type=password])').value = 'ada@example.test';"
                + "document.querySelector('input[name=password]').value = '" + PASSWORD + "'");
        page.await(ROWS);
    }

    private void submit(String script) {
        page.value("(() => {" + script + "; document.querySelector('input[type=password]').form.requestSubmit() })()");
    }

    void firstRows() throws InterruptedException {
        page.prepare(NOTE_FIRST_ROWS);
        figures.distribution(
                "console, 10,000 machines: navigation to the first rows, nothing cached", loads(true), "≤ 1000");
        figures.distribution(
                "console, 10,000 machines: navigation to the first rows, loaded before", loads(false), "≤ 1000");
        var inside = new ArrayList<Double>();
        for (int i = 0; i < LOADS; i++) {
            page.value("document.querySelector('nav a[href=\"/console/actions\"]').click()");
            page.await("!document.querySelector('[data-row]')");
            Thread.sleep(300);
            inside.add(page.value("""
                    new Promise(done => {
                      const began = performance.now()
                      const look = () => {
                        if (!%s) return
                        watch.disconnect()
                        requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
                      }
                      const watch = new MutationObserver(look)
                      watch.observe(document, { childList: true, subtree: true, attributes: true })
                      document.querySelector('nav a[href="/console/machines"]').click()
                    })""".formatted(ROWS)).asDouble());
        }
        figures.distribution("console, 10,000 machines: a click on Machines to the first rows", inside, "≤ 1000");
    }

    private List<Double> loads(boolean anew) throws InterruptedException {
        page.ask("Network.setCacheDisabled", Map.of("cacheDisabled", anew));
        var took = new ArrayList<Double>();
        for (int i = 0; i < LOADS; i++) {
            page.go("about:blank");
            page.await("location.href === 'about:blank'");
            page.go(server + "/console/machines");
            page.await("window.__firstRows && " + ROWS);
            took.add(page.value("window.__firstRows").asDouble());
        }
        return took;
    }

    void scrolling() throws InterruptedException {
        scrolling(1_500);
        scrolling(6_000);
    }

    private void scrolling(int pixelsPerSecond) throws InterruptedException {
        var rates = new ArrayList<Double>();
        var late = new ArrayList<Double>();
        for (int i = 0; i < SCROLLS; i++) {
            page.value("document.querySelector('[role=grid]').scrollTo(0, 0)");
            Thread.sleep(1_000);
            var frames = page.frames(() -> page.scroll(SCROLL_SECONDS * pixelsPerSecond, pixelsPerSecond));
            rates.add(frames.rate());
            late.add(100.0 * frames.late() / Math.max(1, frames.begun()));
        }
        var at = "console, 10,000 machines: scrolled at " + pixelsPerSecond + " pixels a second, ";
        figures.rate(at + "frames drawn", rates, "/s", "≥ 60");
        figures.percent(at + "of them drawn before the script was ready", late, "");
    }

    void reports(List<String> machines) throws InterruptedException {
        page.value("document.querySelector('[role=grid]').scrollTo(0, 0)");
        for (var machine : machines) {
            page.await("[...document.querySelectorAll('[data-row]')].some(one => one.textContent.includes('" + machine
                    + "'))");
        }
        var waits = new ArrayList<Double>();
        for (int i = 0; i < REPORTS; i++) {
            var machine = machines.get(i % machines.size());
            boolean cut = i / machines.size() % 2 == 0;
            // the machine's own words; "Isolating…" and "Releasing…" come before it has said anything
            page.value("(%s)('%s', %s, %s)"
                    .formatted(NOTE_WORDS, machine, cut ? "/Isolated/" : "/Isolated|Releasing/", cut));
            var action = playbook.post(
                            "/api/machines/" + machine + (cut ? "/isolate" : "/unisolate"), "{\"Comment\":\"bench\"}")
                    .orThrow()
                    .json()
                    .path("id")
                    .asString();
            page.await("window.__seen");
            double seen = page.value("window.__seen").asDouble();
            var at = Instant.parse(playbook.get("/api/machineactions/" + action)
                    .orThrow()
                    .json()
                    .path("lastUpdateDateTimeUtc")
                    .asString());
            waits.add(seen - ChronoUnit.MICROS.between(Instant.EPOCH, at) / 1e3);
            Thread.sleep(600);
        }
        figures.distribution(
                "console, 10,000 machines: a machine's report at the server to the changed words on the screen",
                waits,
                "p50 ≤ 200");
    }
}
