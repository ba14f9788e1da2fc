package dev.cordon.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A page of {@link Chromium}. For use by one thread. */
final class BrowserPage {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What DevTools' own timeline counts frames by. */
    private static final String FRAMES = "disabled-by-default-devtools.timeline.frame";

    private final Chromium chromium;
    private final String session;

    private BrowserPage(Chromium chromium, String session) {
        this.chromium = chromium;
        this.session = session;
    }

    static BrowserPage open(Chromium chromium) {
        var target = chromium.ask("Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asString();
        var session = chromium.ask("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asString();
        var page = new BrowserPage(chromium, session);
        page.ask("Page.enable", Map.of());
        page.ask("Runtime.enable", Map.of());
        page.ask("Network.enable", Map.of());
        return page;
    }

    JsonNode ask(String method, Map<String, ?> parameters) {
        return chromium.ask(session, method, parameters);
    }

    /** Goes to an address; returns when the browser has begun, not when the page is there. */
    void go(String url) {
        ask("Page.navigate", Map.of("url", url));
    }

    /** Runs a script in every page from now on, before the page's own. */
    void prepare(String script) {
        ask("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** The value of an expression; of a promise, what it comes to. */
    JsonNode value(String expression) {
        var answer =
                ask("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until an expression is true; while the page changes, it is not. */
    void await(String expression) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (value("!!(" + expression + ")").asBoolean()) {
                    return;
                }
            } catch (IllegalStateException e) {
                // the page is on its way to another one
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the page never came to: " + expression + "; it shows " + value("document.body.innerText"));
            }
            Thread.sleep(20);
        }
    }

    /**
     * Frames while something happens, as Chromium's trace has them.
     *
     * @param begun frames that the display asked for
     * @param drawn those of them that were drawn
     * @param late those of them that were drawn without what the page's script had to change in time
     * @param seconds from the first of them to the last
     */
    record Frames(int begun, int drawn, int late, double seconds) {

        double rate() {
            return drawn / seconds;
        }
    }

    Frames frames(Runnable work) throws InterruptedException {
        var events = new ConcurrentLinkedQueue<JsonNode>();
        var complete = new CountDownLatch(1);
        chromium.listen((name, parameters) -> {
            if (name.equals("Tracing.dataCollected")) {
                parameters.path("value").forEach(events::add);
            } else if (name.equals("Tracing.tracingComplete")) {
                complete.countDown();
            }
        });
        chromium.ask("Tracing.start", Map.of("categories", "-*," + FRAMES, "transferMode", "ReportEvents"));
        work.run();
        chromium.ask("Tracing.end", Map.of());
        if (!complete.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("Chromium's trace did not come to its end");
        }
        return counted(events);
    }

    private static Frames counted(Collection<JsonNode> events) {
        var begun = new HashSet<Long>();
        var drawn = new HashSet<Long>();
        var late = new HashSet<Long>();
        var first = Long.MAX_VALUE;
        var last = Long.MIN_VALUE;
        for (var event : events) {
            var frame = event.at("/args/frameSeqId").asLong(0);
            switch (event.path("name").asString("")) {
                case "BeginFrame" -> {
                    begun.add(frame);
                    first = Math.min(first, event.path("ts").asLong());
                    last = Math.max(last, event.path("ts").asLong());
                }
                case "DrawFrame" -> drawn.add(frame);
                case "DroppedFrame" -> {
                    if (event.at("/args/hasPartialUpdate").asBoolean(false)) {
                        late.add(frame);
                    }
                }
                default -> {}
            }
        }
        late.retainAll(drawn);
        return new Frames(begun.size(), drawn.size(), late.size(), (last - first) / 1e6);
    }

    /** Turns the wheel over the middle of the page, evenly. */
    void scroll(int pixels, int pixelsPerSecond) {
        var gesture = new HashMap<String, Object>();
        gesture.put("x", 800);
        gesture.put("y", 500);
        gesture.put("yDistance", -pixels);
        gesture.put("speed", pixelsPerSecond);
        gesture.put("gestureSourceType", "mouse");
        gesture.put("preventFling", true);
        ask("Input.synthesizeScrollGesture", gesture);
    }
}
