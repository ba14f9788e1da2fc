package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SerialLaneTest {

    private final SerialLane lane = new SerialLane();

    @Test
    void whenTheLaneIsIdleThenWorkThatMayRunAtOnceRunsInTheCallersThread() {
        var ran = new AtomicReference<Thread>();

        lane.executeAtOnce(() -> ran.set(Thread.currentThread()));

        assertThat(ran.get()).isSameAs(Thread.currentThread());
    }

    @Test
    void whenWorkRunsOrWaitsThenWhatMayRunAtOnceComesInItsTurn() throws InterruptedException {
        var goOn = new CountDownLatch(1);
        var done = new CountDownLatch(3);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        lane.execute(() -> {
            awaitUninterrupted(goOn);
            order.add("first");
            done.countDown();
        });
        lane.execute(() -> {
            order.add("second");
            done.countDown();
        });

        lane.executeAtOnce(() -> {
            order.add("third");
            done.countDown();
        });
        assertThat(order).isEmpty();
        goOn.countDown();

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("first", "second", "third");
    }

    @Test
    void whenWorkComesWhileTheCallersThreadRunsSomeThenItRunsAfterwards() throws InterruptedException {
        var done = new CountDownLatch(1);
        var running = new AtomicInteger();
        var overlapped = new AtomicInteger();

        lane.executeAtOnce(() -> {
            running.incrementAndGet();
            lane.execute(() -> {
                overlapped.set(running.get());
                done.countDown();
            });
            running.decrementAndGet();
        });

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(overlapped.get()).isZero();
    }

    @Test
    void whenBothWaysAreUsedByManyThreadsThenNoTwoPiecesEverOverlapAndNoneIsLost() throws InterruptedException {
        int each = 5_000;
        int threads = 4;
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(each * threads);
        Runnable work = () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            inside.decrementAndGet();
            done.countDown();
        };
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                boolean atOnce = i % 2 == 0;
                pool.execute(() -> {
                    for (int n = 0; n < each; n++) {
                        if (atOnce) {
                            lane.executeAtOnce(work);
                        } else {
                            lane.execute(work);
                        }
                    }
                });
            }
        }

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isEqualTo(1);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
