package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** Who stands still in the log keeps nobody's readings from being sealed, and misses none. */
@Timeout(180)
class CutTest {
    private static final long START = 1_760_000_000_000_000_000L;
    private static final int SERIES = 4;
    private static final LogSettings.Sealing NEVER =
            new LogSettings.Sealing(Duration.ofDays(9999), Duration.ofDays(9999), 1, 3);
    private static final LogSettings.Sealing EAGER =
            new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 2);

    @TempDir
    Path folder;

    private final AtomicLong ticks = new AtomicLong();
    private int committed;

    @Test
    void aConsumerThatStandsInTheMiddleKeepsNothingFromBeingSealed() throws Exception {
        try (Log log = open(folder, NEVER)) {
            commit(log, 900);
            for (String who : List.of("sink/slow", "pull/0", "uplink/hub/P3", "insight")) {
                place(log, new Cursor(who, 500, 501));
            }
        }
        try (Log log = open(folder, EAGER); LogReader reader = log.reader()) {
            // The stretch with both places is left alone until insight has come by.
            reader.standAt(() -> 400);
            place(log, new Cursor("insight", 900, 901));
            SealingTest.await(() -> log.stretches().stream()
                    .allMatch(span -> span.isSealed() || span.first() == 501 && span.last() == 501), log);

            assertThat(log.stretches()).extracting(Span::last).contains(400L, 500L);
            assertThat(log.stretches().stream().mapToLong(Span::readings).sum())
                    .isEqualTo(log.stretches().getLast().last());
            assertThat(numbersAfter(400, reader)).isEqualTo(IntStream.range(400, 900).boxed().toList());
        }
        try (Log log = open(folder, NEVER); LogReader reader = log.reader()) {
            assertThat(numbersAfter(500, reader)).isEqualTo(IntStream.range(500, 900).boxed().toList());
        }
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    @Test
    void consumersAtRandomPlacesGetEachReadingOnceAndAllElseIsSealed() throws Exception {
        for (long seed = 1; seed <= 4; seed++) {
            Random random = new Random(seed);
            Path place = Files.createDirectory(folder.resolve("seed" + seed));
            committed = 0;
            String what = "seed=" + seed;
            List<Consumer> consumers = new ArrayList<>();
            try (Log log = open(place, EAGER)) {
                for (String name : List.of("sink/a", "sink/b", "pull/0", "pull/1", "uplink/hub/P3")) {
                    consumers.add(new Consumer(name, log, random));
                }
                for (int round = 0; round < 40; round++) {
                    commit(log, random.nextInt(120));
                    // The later in the list the likelier is it to stand still for long.
                    int who = random.nextInt(1 + random.nextInt(consumers.size()));
                    consumers.get(who).goOn(1 + random.nextInt(200));
                }
                consumers.forEach(Consumer::rest);
                SealingTest.await(() -> log.stretches().stream().allMatch(span -> span.isSealed()
                        || consumers.getLast().holds(span)), log);
                for (Span span : log.stretches()) {
                    assertThat(consumers).as(what + " " + span).allMatch(
                            each -> each.holds(span) || !span.isSealed() || each.mayStandAtAnEndOf(span));
                }
                for (Consumer consumer : consumers) {
                    consumer.goOn(Integer.MAX_VALUE);
                    assertThat(consumer.got.stream().sorted().toList()).as(what + " " + consumer.name)
                            .isEqualTo(IntStream.range(0, committed).boxed().toList());
                }
            }
            assertThat(Ledger.read(place).differences()).as(what).isEmpty();
        }
    }

    /** Reads on now and then, and is durable where it stands. */
    private final class Consumer {
        private final String name;
        private final Log log;
        private final Random random;
        private final List<Integer> got = new ArrayList<>();
        private @Nullable LogReader reader;
        private long position;
        private long confirmed;
        /** Whether it went to a place within what had been sealed ahead of it. */
        private boolean isInSealed;

        Consumer(String name, Log log, Random random) {
            this.name = name;
            this.log = log;
            this.random = random;
        }

        void goOn(int entries) throws Exception {
            LogReader open = reader == null ? log.reader() : reader;
            reader = open;
            int left = entries;
            while (left > 0) {
                List<Sequenced> found = open.after(position, Math.min(left, 150), 1 << 20);
                if (found.isEmpty()) {
                    break;
                }
                List<Sequenced> taken = left > 150 ? found : found.subList(0, 1 + random.nextInt(found.size()));
                for (Sequenced one : taken) {
                    position = one.sequence();
                    if (one.entry() instanceof Entry.Batch batch) {
                        addNumbers(batch, got);
                    }
                }
                left -= taken.size();
            }
            // A lane's frames are confirmed a little behind.
            confirmed = name.startsWith(Pins.LANE) && random.nextBoolean() ? confirmed : position;
            place(log, new Cursor(name, position, confirmed + 1));
            isInSealed = log.stretches().stream().anyMatch(span -> span.isSealed() && span.hasInside(position));
            if (random.nextBoolean()) {
                rest();
            }
        }

        void rest() {
            if (reader != null) {
                reader.close();
                reader = null;
            }
        }

        boolean holds(Span span) {
            return name.startsWith(Pins.LANE) && span.first() > confirmed && span.last() <= position + 1;
        }

        boolean mayStandAtAnEndOf(Span span) {
            return isInSealed || !span.hasInside(position);
        }
    }

    private static List<Integer> numbersAfter(long sequence, LogReader reader) throws StoreFailed {
        List<Integer> numbers = new ArrayList<>();
        long position = sequence;
        for (List<Sequenced> found = reader.after(position, 70, 1 << 20); !found.isEmpty();
                found = reader.after(position, 70, 1 << 20)) {
            for (Sequenced one : found) {
                position = one.sequence();
                if (one.entry() instanceof Entry.Batch batch) {
                    addNumbers(batch, numbers);
                }
            }
        }
        return numbers.stream().sorted().toList();
    }

    private static void addNumbers(Entry.Batch batch, List<Integer> numbers) {
        for (int row = 0; row < batch.readings().size(); row++) {
            numbers.add((int) batch.readings().asDouble(row));
        }
    }

    private static void place(Log log, Cursor cursor) throws InterruptedException {
        log.commit(new Commit(List.of(),
                List.of(new Change.Advance(cursor.name(), cursor.position(), cursor.replayFrom()))));
    }

    /** The number of a reading is its value; one reading an entry, of which the first has sequence 1. */
    private void commit(Log log, int readings) throws InterruptedException {
        for (int last = committed + readings; committed < last; committed++) {
            Readings.Builder rows = new Readings.Builder(1);
            long time = START + committed * 1_000_000_000L;
            int series = 1 + committed % SERIES;
            rows.add(series, time, time, new Value.Decimal(committed, 0), Grade.GOOD, 0, TimeOrigin.SOURCE);
            ClockStamp clock = new ClockStamp("boot", 1, START, ClockStamp.Trust.SYNCHRONISED);
            log.submit(new Commit(List.of(new Entry.Batch(rows.build(), clock)),
                    List.of(new Change.SeriesCount(series, 1, 1, 0))));
            if (committed % 100 == 0) {
                // A stretch closes between transactions, and what waits goes into one.
                log.commit(new Commit(List.of(), List.of()));
            }
        }
        log.commit(new Commit(List.of(), List.of()));
    }

    private Log open(Path place, LogSettings.Sealing sealing) throws StoreFailed {
        LogSettings settings = new LogSettings(place, 1L << 30, Durability.NORMAL).with(sealing);
        return Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L), Clock.systemUTC());
    }
}
