package dev.cordon.bench;

import dev.cordon.protocol.signature.RsaKeyPairs;
import dev.cordon.protocol.signature.Signatures;
import dev.cordon.protocol.signature.Signatures.Algorithm;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How many RSA-2048 signatures (RS256) all processors together make in a second, with nothing else to do. */
final class SigningRate {

    private static final int WARM_UP = 3;
    private static final int SECONDS = 5;
    private static final byte[] MESSAGE = new byte[800];

    private SigningRate() {}

    /** By the JDK's own provider. */
    static List<Double> ofJdk() throws InterruptedException {
        return measure(key -> {
            try {
                var signature = Signature.getInstance("SHA256withRSA");
                signature.initSign(key);
                signature.update(MESSAGE);
                signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** By what the server uses on this machine. */
    static List<Double> ofServer() throws InterruptedException {
        var best = Signatures.best();
        return measure(key -> best.sign(Algorithm.RSA_SHA256, key, MESSAGE));
    }

    private interface Signing {
        void once(PrivateKey key);
    }

    private static List<Double> measure(Signing signing) throws InterruptedException {
        var key = RsaKeyPairs.make(2_048).getPrivate();
        var made = new LongAdder();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    signing.once(key);
                    made.increment();
                }
            }));
        }
        var rates = new ArrayList<Double>();
        for (int second = 0; second < WARM_UP + SECONDS; second++) {
            long began = System.nanoTime();
            long before = made.sum();
            Thread.sleep(1_000);
            if (second >= WARM_UP) {
                rates.add((made.sum() - before) / ((System.nanoTime() - began) / 1e9));
            }
        }
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            thread.join();
        }
        return rates;
    }
}
