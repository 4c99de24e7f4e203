package suimon.app;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import suimon.config.SeriesConfig;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Series;
import suimon.reading.Words;
import suimon.store.CalibrationBook;
import suimon.store.CalibrationDue;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/** Reminds a person of the sensors that want calibrating; a thread of its own where any is watched. */
final class CalibrationWatch {
    static final String NAME = "calibration-watch";
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Map<String, SeriesConfig> configs;
    private final Log log;
    private final Alarms alarms;
    private final Clock clock;

    CalibrationWatch(Map<String, SeriesConfig> configs, Log log, Alarms alarms, Clock clock) {
        this.configs = configs;
        this.log = log;
        this.alarms = alarms;
        this.clock = clock;
    }

    /** Works until the thread is interrupted. */
    void run() throws InterruptedException, StoreFailed {
        forget();
        while (true) {
            look();
            Thread.sleep(PAUSE);
        }
    }

    /** Nobody is reminded any more of series that the configuration no longer wants calibrated. */
    private void forget() throws InterruptedException {
        for (Series series : log.allSeries()) {
            SeriesConfig config = configs.get(series.name());
            if (config == null || config.calibrateEvery() == null) {
                GatewayAlarms.clear(alarms, log, "calibration-due/" + series.name(), clock);
                GatewayAlarms.clear(alarms, log, "calibration-overdue/" + series.name(), clock);
            }
        }
    }

    void look() throws InterruptedException, StoreFailed {
        if (configs.values().stream().allMatch(config -> config.calibrateEvery() == null)) {
            return;
        }
        try (LogReader reader = log.reader()) {
            for (CalibrationDue due : CalibrationDue.all(configs, CalibrationBook.read(reader),
                    id -> log.series(id).name(), clock.instant())) {
                tell(due);
            }
        }
    }

    private void tell(CalibrationDue due) throws InterruptedException {
        Words title = title(due.series());
        String rule = "calibration-due/" + due.series();
        String late = "calibration-overdue/" + due.series();
        switch (due.state()) {
            case FINE -> {
                GatewayAlarms.clear(alarms, log, rule, clock);
                GatewayAlarms.clear(alarms, log, late, clock);
            }
            case NEVER -> raise(rule, title, "はまだ校正されていません", " was never calibrated");
            case DUE -> {
                GatewayAlarms.clear(alarms, log, late, clock);
                raise(rule, title, "の校正時期です", " is due for calibration");
            }
            case OVERDUE -> {
                GatewayAlarms.clear(alarms, log, rule, clock);
                raise(late, title, "の校正期限を大きく過ぎています", " is long overdue for calibration");
            }
        }
    }

    private void raise(String rule, Words title, String ja, String en) throws InterruptedException {
        GatewayAlarms.raise(alarms, log, rule, Severity.CAUTION,
                new Words(title.ja() + ja, title.en() + en),
                new Words("標準液または採水で確かめ、画面の「校正」で記録してください",
                        "Check it against a standard or a bottle and enter it under “Calibration” on the page"), clock);
    }

    private Words title(String series) {
        SeriesConfig config = configs.get(series);
        return config == null || config.title() == null ? Words.same(series) : config.title();
    }
}
