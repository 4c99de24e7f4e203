package suimon.web;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Asks again until the answer fits. */
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    static <T> T that(Callable<T> asked, Predicate<T> fits, String what) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        T answer = asked.call();
        while (!fits.test(answer)) {
            if (System.nanoTime() > until) {
                throw new AssertionError("waited " + PATIENCE + " for: " + what + "; last answer: " + answer);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            answer = asked.call();
        }
        return answer;
    }
}
