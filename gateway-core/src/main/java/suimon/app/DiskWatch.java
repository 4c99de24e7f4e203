package suimon.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Uplink;
import suimon.config.GatewayConfig;
import suimon.config.RetentionConfig;
import suimon.config.UplinkConfig;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;
import suimon.store.Ages;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.DiskForecast;
import suimon.store.Log;
import suimon.web.Status;

/** Says in time when the quota or the disk will be used up. A thread of its own; asked from any. */
final class DiskWatch implements Runnable {
    /** So many days before, a person is told. */
    static final int DAYS = 7;

    /** The thread's. */
    static final String NAME = "disk-watch";

    private static final String RULE = "disk-forecast";
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /** At the quota the oldest goes: that is no news to a person any more. */
    private static final double AT_QUOTA = 0.97;

    private final Log log;
    private final Alarms alarms;
    private final Overview overview;
    private final DiskForecast forecast;
    private final Clock clock;

    DiskWatch(Log log, Alarms alarms, Overview overview, DiskForecast forecast, Clock clock) {
        this.log = log;
        this.alarms = alarms;
        this.overview = overview;
        this.forecast = forecast;
        this.clock = clock;
    }

    /** What the configuration wants kept; results wait for every lane of a required destination. */
    static Ages ages(GatewayConfig config) {
        RetentionConfig wanted = config.data().retention();
        if (wanted == null) {
            return Ages.UNLIMITED;
        }
        return new Ages(wanted.readings(), wanted.rejects(), wanted.results(), wanted.rollups(),
                config.uplinks().stream().filter(UplinkConfig::required)
                        .flatMap(uplink -> Uplink.cursorsOf(uplink).stream()).collect(Collectors.toSet()),
                wanted.thin().stream().map(one -> new Ages.Thin(one.after(), one.to())).toList());
    }

    @Override
    public void run() {
        try {
            while (true) {
                look();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        Status.DiskStatus disk = overview.disk();
        if (forecast.add(clock.millis(), log.usedBytes())) {
            log.submit(new Commit(List.of(), List.of(
                    new Change.Keep(DiskForecast.OWNER, DiskForecast.KEY, forecast.toBytes()))));
        }
        @Nullable Long full = disk.daysUntilDiskFull();
        @Nullable Long quota = disk.daysUntilQuota();
        if (full != null && full <= DAYS && (quota == null || full < quota)) {
            GatewayAlarms.raise(alarms, log, RULE, Severity.ALERT,
                    new Words("あと" + full + "日でディスクがいっぱいになる見込みです",
                            "The disk will be full in " + full + " days"),
                    new Words("ディスクの空きを作るか、data.quota か data.retention を小さくしてください",
                            "Free space on the disk, or lower data.quota or data.retention"), clock);
        } else if (quota != null && quota <= DAYS && log.usedBytes() < log.quotaBytes() * AT_QUOTA) {
            GatewayAlarms.raise(alarms, log, RULE, Severity.CAUTION,
                    new Words("あと" + quota + "日で保存容量の上限に達し、古い記録から消えます",
                            "The quota will be used up in " + quota + " days; then the oldest records go"),
                    new Words("残したい記録があれば書き出すか、data.quota を増やすか、data.retention で残す期間を決めてください",
                            "Export what must stay, raise data.quota, or say in data.retention what may go"), clock);
        } else {
            GatewayAlarms.clear(alarms, log, RULE, clock);
        }
    }
}
