package suimon.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import suimon.pipeline.Outlet.Section;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Value;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Tells whoever listens what was committed: values and what became of alarms. It follows the log
 * from the moment somebody listens and reads nothing while nobody does. One thread.
 */
public final class Announcer {
    private static final int ENTRIES_MAX = 64;
    private static final long BYTES_MAX = 1L << 20;

    /** Messages in one hand-over. */
    private static final int MESSAGES_MAX = 1024;

    /** An announcer that lags by more entries begins again with the newest. */
    private static final long BEHIND_MAX = 100_000;

    /** Alarms a new subscriber is told of, those that are active first. */
    private static final int STANDING_MAX = 200;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How often it looks whether somebody listens. */
    private static final Duration IDLE = Duration.ofMillis(200);

    private final Log log;
    private final List<Outlet> outlets;
    private final Function<String, LiveCalibration> calibrations;
    private final SpokenJson json = new SpokenJson();
    private final List<Outlet.Message> messages = new ArrayList<>();
    private long read;

    public Announcer(Log log, List<Outlet> outlets, Function<String, LiveCalibration> calibrations) {
        this.log = log;
        this.outlets = List.copyOf(outlets);
        this.calibrations = calibrations;
    }

    /** Works until the thread is interrupted. */
    public void run() throws InterruptedException, StoreFailed {
        try (LogReader reader = log.reader()) {
            read = reader.standAt(log::newest);
            while (!Thread.currentThread().isInterrupted()) {
                if (log.newest() - read > BEHIND_MAX) {
                    read = reader.standAt(log::newest);
                } else if (!isHeard()) {
                    log.awaitBeyond(Long.MAX_VALUE, IDLE);
                    // Who came meanwhile is told from where it stood before, so that nothing is missed.
                    read = reader.standAt(() -> isHeard() ? read : log.newest());
                } else if (!advance(reader)) {
                    log.awaitBeyond(read, PATIENCE);
                }
            }
        }
    }

    private boolean isHeard() {
        return isWanted(Section.VALUES) || isWanted(Section.ALARMS);
    }

    /** The alarms that stand, as their last change was or will be announced. Any thread. */
    public static List<Outlet.Message> standing(Alarms alarms) {
        List<Alarms.View> retained;
        synchronized (alarms) {
            retained = alarms.retained();
        }
        SpokenJson line = new SpokenJson();
        return retained.stream().limit(STANDING_MAX).map(view -> message(line, view.last())).toList();
    }

    private boolean advance(LogReader reader) throws StoreFailed {
        List<Sequenced> entries = reader.after(read, ENTRIES_MAX, BYTES_MAX);
        boolean tellsValues = isWanted(Section.VALUES);
        boolean tellsAlarms = isWanted(Section.ALARMS);
        for (Sequenced sequenced : entries) {
            read = sequenced.sequence();
            if (tellsValues && sequenced.entry() instanceof Entry.Batch batch) {
                tell(batch.readings());
            } else if (tellsAlarms && sequenced.entry() instanceof Entry.Alarm alarm) {
                messages.add(message(json, alarm.event()));
            }
        }
        send();
        return !entries.isEmpty();
    }

    private void tell(Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            Series series = log.series(readings.series(row));
            Value raw = readings.value(row);
            Value value = switch (raw) {
                case Value.Text _, Value.Bool _ -> raw;
                default -> new Value.Float64(
                        calibrations.apply(series.name()).apply(raw.asDouble(), readings.measured(row)));
            };
            messages.add(new Outlet.Message(Section.VALUES.below() + series.name(),
                    json.value(readings.measured(row), value, readings.grade(row), series.unit())));
            if (messages.size() == MESSAGES_MAX) {
                send();
            }
        }
    }

    private static Outlet.Message message(SpokenJson json, AlarmEvent event) {
        return new Outlet.Message(Section.ALARMS.below() + event.rule(), json.alarm(event));
    }

    private boolean isWanted(Section section) {
        return outlets.stream().anyMatch(outlet -> outlet.isWanted(section));
    }

    private void send() {
        if (messages.isEmpty()) {
            return;
        }
        List<Outlet.Message> together = List.copyOf(messages);
        messages.clear();
        for (Outlet outlet : outlets) {
            outlet.publish(together.stream().filter(message -> isWanted(outlet, message)).toList());
        }
    }

    private static boolean isWanted(Outlet outlet, Outlet.Message message) {
        return outlet.isWanted(message.topic().startsWith(Section.VALUES.below()) ? Section.VALUES : Section.ALARMS);
    }
}
