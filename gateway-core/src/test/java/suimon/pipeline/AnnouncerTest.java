package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Log;

@Timeout(120)
class AnnouncerTest {
    @TempDir
    Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean isWanted = new AtomicBoolean();

    /** Found by a third party's suite: the first subscriber missed what was committed in its first second. */
    @Test
    void whoComesMissesNothingThatIsCommittedAfterwards() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            Announcer announcer = new Announcer(log, List.of(new Ear()), name -> LiveCalibration.none());
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    announcer.run();
                } catch (InterruptedException | suimon.store.StoreFailed end) {
                    Thread.currentThread().interrupt();
                }
            });
            // It stands at the newest entry before it asks for the first time.
            await(() -> asked.get() > 0);

            isWanted.set(true);
            for (int second = 1; second <= 20; second++) {
                CountedSite.store(log, "pen1", second);
            }

            await(() -> heard.size() >= 20);
            assertThat(heard).hasSize(20).allMatch(topic -> topic.equals("suimon/values/pen1"));
            thread.interrupt();
            thread.join();
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("timed out").isFalse();
            LockSupport.parkNanos(2_000_000);
        }
    }

    private final class Ear implements Outlet {
        @Override
        public boolean publish(String topic, byte[] payload, boolean retained) {
            return heard.add(topic);
        }

        @Override
        public boolean publish(List<Message> messages) {
            return heard.addAll(messages.stream().map(Message::topic).toList());
        }

        @Override
        public boolean isWanted(Section section) {
            asked.incrementAndGet();
            return isWanted.get();
        }
    }
}
