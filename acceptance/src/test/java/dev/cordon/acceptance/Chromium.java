package dev.cordon.acceptance;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Chromium of this computer, without a window. It waits long for what it is told to find, so that a busy computer fails
 * no test. For use by the thread that made it.
 */
final class Chromium implements AutoCloseable {

    /** Milliseconds, in the type that Playwright takes. */
    private static final double PATIENCE = 30_000;

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** @throws IllegalStateException if this computer has no Chromium or no Node.js */
    static Chromium start() {
        return start(List.of());
    }

    /**
     * Starts Chromium behind a command. In a network namespace of its own it sees no interface come or go, at which it
     * would break off what it loads ({@code ERR_NETWORK_CHANGED}).
     */
    static Chromium start(List<String> before) {
        var program = NAMES.stream()
                .flatMap(name -> onPath(name).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no Chromium on this computer: install the package"
                        + " chromium, or run the tests by ./cordon test, which does"));
        var playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment()));
        try {
            PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
            var options = new BrowserType.LaunchOptions()
                    .setExecutablePath(before.isEmpty() ? program : behind(before, program))
                    .setChromiumSandbox(false) // tests run as root, where Chromium's sandbox refuses to start
                    .setTimeout(2 * PATIENCE);
            return new Chromium(playwright, playwright.chromium().launch(options));
        } catch (RuntimeException | Error e) {
            playwright.close();
            throw e;
        }
    }

    /** A fresh browser profile with one page. It takes any certificate, for the server's authority is made anew each time. */
    Page profile(String language, int width, int height) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setLocale(language)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setViewportSize(width, height));
        context.setDefaultTimeout(PATIENCE);
        return context.newPage();
    }

    Page profile() {
        return profile("en-US", 1440, 900);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static Path behind(List<String> before, Path program) {
        try {
            var script = Files.createTempFile("chromium", ".sh");
            Files.writeString(script, "#!/bin/sh\nexec " + String.join(" ", before) + " " + program + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> environment() {
        var environment = new HashMap<>(
                Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "TMPDIR", System.getProperty("java.io.tmpdir")));
        if (Chromium.class.getResource("/driver/linux/node") == null) {
            var node = onPath("node")
                    .orElseThrow(() -> new IllegalStateException("no Node.js on this computer: install version 20 or"
                            + " newer, or give Maven -Pbundled-node"));
            environment.put("PLAYWRIGHT_NODEJS_PATH", node.toString());
        }
        return environment;
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
