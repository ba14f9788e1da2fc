package dev.cordon.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Always the longest wait that may come. */
    private final Backoff bounds = new Backoff(FIRST, LONGEST, new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    });

    @Test
    void whenFailuresAddUpThenTheBoundDoublesUpToTheLongestForEver() {
        assertThat(bounds.next()).isEqualTo(FIRST);
        assertThat(bounds.next()).isEqualTo(FIRST.multipliedBy(2));
        assertThat(bounds.next()).isEqualTo(FIRST.multipliedBy(4));
        for (int i = 0; i < 100; i++) {
            assertThat(bounds.next()).isBetween(FIRST, LONGEST);
        }
        assertThat(bounds.next()).isEqualTo(LONGEST);
    }

    @Test
    void whenAConnectionWasGoodThenTheNextWaitIsShortAgain() {
        for (int i = 0; i < 20; i++) {
            bounds.next();
        }
        bounds.reset();
        assertThat(bounds.next()).isEqualTo(FIRST);
    }

    @Test
    void whenItWillNotMendItselfSoonThenTheWaitIsInTheUpperHalf() {
        assertThat(bounds.longWait()).isEqualTo(LONGEST);
        var shortest = new Backoff(FIRST, LONGEST, () -> 0);
        assertThat(shortest.longWait()).isEqualTo(LONGEST.dividedBy(2));
        assertThat(shortest.next()).isZero();
    }
}
