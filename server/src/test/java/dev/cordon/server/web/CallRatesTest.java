package dev.cordon.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.CallCounts.Exceeded;
import dev.cordon.server.web.Route.Face;
import io.javalin.http.HandlerType;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Callers who call too often are told how long to wait, in the original's words and with its numbers. */
final class CallRatesTest {

    private static final Route LINK = route(Face.DEFENDER, "/machineactions/{id}/getPackageUri");
    private static final Route OLD_LINK = route(Face.PREVIEW, "/machineactions/{id}/getPackageUri");
    private static final Route ACTIONS = route(Face.DEFENDER, "/machineactions");
    private static final Caller CALLER = caller("tenant", "app");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final CallCounts counts = new CallCounts(CallRates.ORIGINAL, nanos::get);

    @Test
    void whenALinkIsAskedForAThirdTimeInAMinuteThenTheCallerHasToWait() {
        assertThat(counts.count(LINK, CALLER)).isEmpty();
        pass(Duration.ofMillis(20_500));
        assertThat(counts.count(OLD_LINK, CALLER)).isEmpty();
        var exceeded = counts.count(LINK, CALLER).orElseThrow();
        assertThat(exceeded).isEqualTo(new Exceeded(2, Duration.ofMinutes(1), 40));
        assertThat(exceeded.message()).isEqualTo("API calls quota exceeded! maximum allowed 2 per 00:01:00");
        pass(Duration.ofMillis(39_500));
        assertThat(counts.count(LINK, CALLER)).isEmpty();
    }

    @Test
    void whenTheHoursCallsAreUsedUpThenTheHourCounts() {
        for (int call = 0; call < 1_500; call++) {
            assertThat(counts.count(ACTIONS, CALLER)).as("call %d", call).isEmpty();
            if (call % 100 == 99) {
                pass(Duration.ofMinutes(1));
            }
        }
        var exceeded = counts.count(ACTIONS, CALLER).orElseThrow();
        assertThat(exceeded)
                .isEqualTo(new Exceeded(
                        1_500, Duration.ofHours(1), Duration.ofMinutes(45).toSeconds()));
        assertThat(exceeded.message()).endsWith("1500 per 01:00:00");
        pass(Duration.ofMinutes(45));
        assertThat(counts.count(ACTIONS, CALLER)).isEmpty();
    }

    @Test
    void whenOneCallerHasUsedItsCallsThenOthersAndOtherApisAreFree() {
        counts.count(LINK, CALLER);
        counts.count(LINK, CALLER);
        assertThat(counts.count(LINK, CALLER)).isPresent();
        assertThat(counts.count(LINK, caller("tenant", "other"))).isEmpty();
        assertThat(counts.count(LINK, caller("other", "app"))).isEmpty();
        assertThat(counts.count(ACTIONS, CALLER)).isEmpty();
        for (int call = 0; call < 500; call++) {
            assertThat(counts.count(route(Face.CORDON, "/cordon/v1/audit"), CALLER))
                    .isEmpty();
        }
    }

    @Test
    void whenACallIsOneTooManyThenTheAnswerIsTheApisErrorWithRetryAfter() {
        try (var api = new TestApi(_ -> CALLER, List.of(LINK), CallRates.each(1_000, 2))) {
            assertThat(call(api).statusCode()).isEqualTo(200);
            assertThat(call(api).statusCode()).isEqualTo(200);
            var refused = call(api);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 3_600L);
            var error = Json.MAPPER.readTree(refused.body()).get("error");
            assertThat(error.get("code").stringValue()).isEqualTo("TooManyRequests");
            assertThat(error.get("message").stringValue())
                    .isEqualTo("API calls quota exceeded! maximum allowed 2 per 01:00:00");
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static HttpResponse<String> call(TestApi api) {
        return api.send("/api/machineactions/1/getPackageUri", request -> request.header("Authorization", "Bearer x"));
    }

    private static Caller caller(String tenant, String subject) {
        return new Caller(tenant, subject, "Test", Caller.Context.APPLICATION, Set.of(Permissions.MACHINE_READ_ALL));
    }

    private static Route route(Face face, String path) {
        return Route.anyOf(
                HandlerType.GET, face, path, List.of(Permissions.MACHINE_READ_ALL), (http, _) -> http.result("ok"));
    }
}
