package suimon.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.LinkAccount;
import suimon.backhaul.Meter;
import suimon.config.DayHours;
import suimon.config.GatewayConfig;
import suimon.config.LinkConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;

/**
 * The accounts of all links of the site: says whether a link may be used, keeps the counts, and tells people at
 * 70 and 90 percent of a month's cap and at the cap itself.
 */
final class LinkAccounts implements Runnable {
    static final String NAME = "link-accounts";

    private static final String OWNER = "links";
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final double EARLY = 0.7;
    private static final double LATE = 0.9;
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final GatewayConfig config;
    private final Log log;
    private final Alarms alarms;
    private final Clock clock;
    private final Map<String, LinkAccount> accounts = new LinkedHashMap<>();

    LinkAccounts(GatewayConfig config, Log log, Alarms alarms, Clock clock) throws InterruptedException {
        this.config = config;
        this.log = log;
        this.alarms = alarms;
        this.clock = clock;
        Map<String, byte[]> kept = log.kept(OWNER);
        for (LinkConfig link : config.links()) {
            accounts.put(link.name(), new LinkAccount(link, config.site().timeZone(), clock, kept.get(link.name())));
        }
        keep();
    }

    /** Whether a link may carry a lane now, by its hours and by its cap. */
    boolean isOpen(LinkConfig link, Lane lane) {
        LocalTime now = clock.instant().atZone(config.site().timeZone()).toLocalTime();
        boolean isTime = link.hours().isEmpty()
                || link.hours().stream().anyMatch(part -> DayHours.parse(part).contains(now));
        return lane == Lane.P0 || isTime && account(link.name()).allows(lane);
    }

    LinkAccount account(String link) {
        return java.util.Objects.requireNonNull(accounts.get(link), link);
    }

    /** Counts for one link; what is kept is written before the reserve is used up. */
    Meter meter(String link) {
        LinkAccount account = account(link);
        return new Meter() {
            @Override
            public void sent(@Nullable Lane lane, int bytes) {
                if (account.sent(lane, bytes)) {
                    try {
                        log.submit(new Commit(List.of(), List.of(keep(link, account))));
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    }
                }
            }

            @Override
            public void received(int bytes) {
                account.received(bytes);
            }
        };
    }

    @Override
    public void run() {
        try {
            while (true) {
                for (LinkConfig link : config.links()) {
                    look(link);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(LinkConfig link) throws InterruptedException {
        LinkAccount account = account(link.name());
        if (link.device() != null) {
            long counted = countOf(link.device());
            if (counted >= 0) {
                account.interfaceCounts(counted);
            }
        }
        tell(link.name(), account.month());
    }

    private void tell(String link, LinkAccount.Month month) throws InterruptedException {
        String rule = "link-budget-" + link;
        double used = month.used();
        if (used < EARLY) {
            GatewayAlarms.clear(alarms, log, rule, clock);
            return;
        }
        String part = String.format(Locale.ROOT, "%.0f %%", used * 100);
        boolean isOver = used >= 1;
        GatewayAlarms.raise(alarms, log, rule, used >= LATE ? Severity.ALERT : Severity.CAUTION,
                isOver
                        ? new Words("回線 " + link + " は今月の上限に達しました。警報だけを送ります",
                                "Link " + link + " has reached this month's cap; only alarms are sent")
                        : new Words("回線 " + link + " は今月の上限の " + (used >= LATE ? "90" : "70") + " % を超えました",
                                "Link " + link + " has used more than " + (used >= LATE ? "90" : "70")
                                        + " % of this month's cap"),
                new Words("今は " + part + "。送る量を減らすか、上限を見直してください。記録は失われていません",
                        "Now " + part + ". Send less or review the cap. No data is lost"), clock);
    }

    /** What the kernel has counted both ways; -1 where there is no such interface now. */
    private static long countOf(String device) {
        Path statistics = INTERFACES.resolve(device).resolve("statistics");
        try {
            return Long.parseLong(Files.readString(statistics.resolve("rx_bytes")).strip())
                    + Long.parseLong(Files.readString(statistics.resolve("tx_bytes")).strip());
        } catch (IOException | NumberFormatException gone) {
            return -1;
        }
    }

    private void keep() throws InterruptedException {
        if (!accounts.isEmpty()) {
            log.commit(new Commit(List.of(),
                    accounts.entrySet().stream().map(one -> keep(one.getKey(), one.getValue())).toList()));
        }
    }

    private static Change keep(String link, LinkAccount account) {
        return new Change.Keep(OWNER, link, account.reserve());
    }

    /** Nothing is sent any more: what is kept is exact from here on. */
    void close() {
        try {
            if (!accounts.isEmpty()) {
                log.submit(new Commit(List.of(), accounts.entrySet().stream()
                        .map(one -> (Change) new Change.Keep(OWNER, one.getKey(), one.getValue().close())).toList()));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
