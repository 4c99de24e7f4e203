package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.AlarmConfig;
import suimon.config.DataConfig.Durability;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Ages;
import suimon.store.DuplicateMessages;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Repeats;
import suimon.store.Sequenced;

/** The way of a reading under a clock that jumps, without the gateway's own clock between. */
class ClockJumpTest {
    private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");
    private static final int READINGS = 400;

    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock(NOW);
    private final BatchInbox inbox = new BatchInbox();
    private final List<AlarmConfig> rules = List.of(new AlarmConfig("low", "a", Severity.ALERT, null,
            new Words("見る", "look"), null, 3.0, null, null, 0, Duration.ZERO, Duration.ZERO, false));

    @Test
    void jumpsTo1970AndTo2036WhileDataFlowsLoseNothingAndSilenceNoAlarm() throws Exception {
        long seed = 171;
        Random random = new Random(seed);
        try (Log log = Log.open(new LogSettings(folder, 1L << 28, Durability.NORMAL), clock, clock);
                Repeats repeats = Repeats.open(log);
                LogReader reader = log.reader()) {
            log.keep(new Ages(Duration.ofDays(30), null, null, Duration.ofDays(30), Set.of()));
            Alarms alarms = alarms(log);
            Ingest ingest = ingest(log, repeats, alarms);
            ingest.compareSenders(Duration.ofMinutes(2), Set.of());
            Thread thread = Thread.ofPlatform().start(ingest);
            for (int sent = 0; sent < READINGS; sent++) {
                if (random.nextInt(10) == 0) {
                    Instant to = List.of(NOW, Instant.EPOCH, Instant.parse("2036-02-07T06:28:16Z"))
                            .get(random.nextInt(3));
                    clock.jump(Duration.between(clock.instant(), to.plusSeconds(sent)));
                }
                clock.step(Duration.ofMillis(random.nextInt(5000)));
                send("a", 5 + random.nextInt(3), Long.MIN_VALUE);
            }
            clock.jump(Duration.between(clock.instant(), NOW.minusSeconds(1)));
            send("a", 1, Long.MIN_VALUE);

            assertThat(valuesOf(reader)).as("seed %d", seed).isEqualTo(READINGS + 1);
            synchronized (alarms) {
                assertThat(alarms.retained()).as("seed %d", seed).extracting(view -> view.last().rule()).contains("low");
            }
            ingest.stop();
            thread.join();
        }
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    @Test
    void aSenderWithJapaneseTimeSentAsUtcIsNamedWithItsTimeZoneAndOneThatIsBehindToo() throws Exception {
        try (Log log = Log.open(new LogSettings(folder, 1L << 28, Durability.NORMAL), clock, clock);
                Repeats repeats = Repeats.open(log)) {
            Alarms alarms = alarms(log);
            Ingest ingest = ingest(log, repeats, alarms);
            ingest.compareSenders(Duration.ofMinutes(2), Set.of());
            Thread thread = Thread.ofPlatform().start(ingest);
            Random random = new Random(172);
            for (int second = 0; second < 400; second += 20) {
                clock.step(Duration.ofSeconds(20));
                long now = Nanos.of(clock.instant());
                long delay = Duration.ofMillis(100 + random.nextInt(20_000)).toNanos();
                send("tokyo", second, now + Duration.ofHours(9).toNanos() - delay);
                send("late", second, now - Duration.ofSeconds(400).toNanos() - delay);
                send("right", second, now - delay);
                // Whoever delivers what it kept is not wrong, however old that is.
                send("backlog", second, now - Duration.ofHours(8).toNanos() + 60 * Duration.ofSeconds(second).toNanos());
            }

            synchronized (alarms) {
                List<Alarms.View> views = alarms.retained();
                assertThat(views).extracting(view -> view.last().rule()).containsExactlyInAnyOrder(
                        "gateway/sender-clock/from-tokyo", "gateway/sender-clock/from-late");
                Words zone = actionOf(views, "from-tokyo");
                assertThat(zone.ja()).contains("+9:00", "時間帯");
                assertThat(zone.en()).contains("+9:00", "time zone");
                assertThat(actionOf(views, "from-late").en()).contains("time server");
                assertThat(views.stream().filter(view -> view.last().rule().endsWith("late")).findFirst().orElseThrow()
                        .last().message().en()).contains("6 min", "behind", "(late)");
            }
            ingest.stop();
            thread.join();
        }
    }

    /** Nobody remembers the alarm after a restart but the log. */
    @Test
    void theAlarmOfASenderThatWasPutRightWhileTheGatewayWasDownEnds() throws Exception {
        assertThat(wrongSendersAfterMinutes(2, Duration.ofHours(9), Set.of())).containsExactly("from-tokyo");

        assertThat(wrongSendersAfterMinutes(1, null, Set.of())).as("only what has no time of its own came")
                .containsExactly("from-tokyo");
        assertThat(wrongSendersAfterMinutes(2, Duration.ZERO, Set.of())).isEmpty();
    }

    @Test
    void filesThatAreReplayedAreNotCompared() throws Exception {
        assertThat(wrongSendersAfterMinutes(2, Duration.ofDays(-400), Set.of("from-tokyo"))).isEmpty();
    }

    @Test
    void onlyWhatIsCloseToWholeHalfHoursIsATimeZone() {
        assertThat(SenderClocks.zoneOf(Duration.ofHours(9).plusSeconds(50).toNanos())).isEqualTo(18);
        assertThat(SenderClocks.zoneOf(Duration.ofMinutes(-9 * 60 - 30).toNanos())).isEqualTo(-19);
        assertThat(SenderClocks.zoneOf(Duration.ofMinutes(27).toNanos())).isZero();
        assertThat(SenderClocks.zoneOf(Duration.ofHours(20).toNanos())).isZero();
    }

    /** One run of the gateway; a sender whose clock is so far ahead, or that dates nothing. */
    private List<String> wrongSendersAfterMinutes(int minutes, @Nullable Duration ahead, Set<String> exempt)
            throws Exception {
        try (Log log = Log.open(new LogSettings(folder, 1L << 28, Durability.NORMAL), clock, clock);
                Repeats repeats = Repeats.open(log)) {
            Alarms alarms = alarms(log);
            Ingest ingest = ingest(log, repeats, alarms);
            ingest.compareSenders(Duration.ofMinutes(2), exempt);
            Thread thread = Thread.ofPlatform().start(ingest);
            for (int second = 0; second <= minutes * 60; second += 20) {
                clock.step(Duration.ofSeconds(20));
                send("tokyo", second,
                        ahead == null ? Long.MIN_VALUE : Nanos.of(clock.instant()) + ahead.toNanos());
            }
            // What is sent last is acknowledged, but its turn may not have ended.
            ingest.stop();
            thread.join();
            return alarms.retained().stream().filter(view -> view.last().state().active())
                    .map(view -> view.last().rule().replace("gateway/sender-clock/", "")).toList();
        }
    }

    private static Words actionOf(List<Alarms.View> views, String source) {
        return views.stream().filter(view -> view.last().rule().endsWith(source)).findFirst().orElseThrow()
                .last().action();
    }

    private Alarms alarms(Log log) {
        return new Alarms(rules, new SeriesDesk(log, Map.of())::define, log.kept(Alarms.OWNER),
                Duration.ofMinutes(10), clock);
    }

    private Ingest ingest(Log log, Repeats repeats, Alarms alarms) throws Exception {
        FlashBudget budget = new FlashBudget(Long.MAX_VALUE, () -> 0, Clock.systemUTC(), null);
        return new Ingest(new Ingest.Parts(log, inbox, Map.of(), new SeriesDesk(log, Map.of()), alarms, repeats,
                DuplicateMessages.open(log), new CommitPace(Duration.ZERO, budget), clock, clock, "boot", new Preview()));
    }

    /** Returns when it is acknowledged. */
    private void send(String series, long value, long measured) throws InterruptedException {
        CountDownLatch stored = new CountDownLatch(1);
        inbox.put(new Delivery.Samples("from-" + series, List.of(
                new Delivery.Sample(series, new Value.Int64(value), measured, 0)), Nanos.of(clock.instant()), List.of(),
                stored::countDown));
        assertThat(stored.await(60, TimeUnit.SECONDS)).as("acknowledged").isTrue();
    }

    private static int valuesOf(LogReader reader) throws Exception {
        int values = 0;
        List<Sequenced> entries = new ArrayList<>();
        for (long at = 0; !(entries = reader.after(at, 500, 1 << 22)).isEmpty(); at = entries.getLast().sequence()) {
            for (Sequenced each : entries) {
                values += each.entry() instanceof Entry.Batch batch ? batch.readings().size() : 0;
            }
        }
        return values;
    }
}
