package suimon.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.ClockStamp.Trust;
import suimon.reading.Words;

/** What the page shows of the gateway's parts; asked for every two seconds, so cheap to make. */
public record Status(
        List<LinkStatus> links, List<ModelStatus> models, List<SourceStatus> sources, BoxStatus gateway) {
    public Status {
        links = List.copyOf(links);
        models = List.copyOf(models);
        sources = List.copyOf(sources);
    }

    /**
     * One destination.
     *
     * @param up whether data gets through both ways
     * @param state a few words for whoever repairs it; empty when all is well
     * @param lastConfirmedAt when the far end last confirmed anything; null when it never did
     */
    public record LinkStatus(
            String destination, String kind, boolean up, String state, @Nullable Instant lastConfirmedAt,
            List<LaneStatus> lanes, List<WayStatus> ways) {
        public LinkStatus {
            lanes = List.copyOf(lanes);
            ways = List.copyOf(ways);
        }

        /** One that has a single way. */
        public LinkStatus(
                String destination, String kind, boolean up, String state, @Nullable Instant lastConfirmedAt,
                List<LaneStatus> lanes) {
            this(destination, kind, up, state, lastConfirmedAt, lanes, List.of());
        }
    }

    /**
     * One way of a destination, over one of the site's links.
     *
     * @param roundTripMillis smoothed; 0 before the first answer
     * @param bytesPerSecond how fast large frames are confirmed; 0 before the first
     * @param resent frames that were sent again, since nobody confirmed them
     */
    public record WayStatus(
            String link, String profile, boolean up, String state, @Nullable Instant lastConfirmedAt,
            double roundTripMillis, double bytesPerSecond, long sentBytes, long messages, long resent, Month month) {}

    /**
     * What goes over a link in a month, in bytes as they are billed, by all uplinks together.
     *
     * @param forecast at the month's end if it goes on as it did
     * @param cap null for none
     * @param cost so far; null where the link has no price, likewise {@code forecastCost}
     */
    public record Month(
            Instant from, Instant to, long bytes, long forecast, @Nullable Long cap, @Nullable Double cost,
            @Nullable Double forecastCost, String currency, Map<String, Long> byLane) {
        public Month {
            byLane = Map.copyOf(byLane);
        }
    }

    /**
     * The books of one lane in entries: stored = delivered + pending + expired + thinned + notMeant.
     *
     * @param lane P0 to P5
     * @param oldestPendingAt when the oldest pending entry was stored; null when none is pending
     */
    public record LaneStatus(
            String lane, long stored, long delivered, long pending, long expired, long thinned, long notMeant,
            @Nullable Instant oldestPendingAt, @Nullable Instant lastConfirmedAt) {}

    /** What a model is doing. */
    public enum ModelState {
        ACTIVE,
        /** Loaded; its inputs don't reach back far enough yet. */
        WAITING,
        /** Its contract or its self-test says no. */
        REFUSED,
        /** Left out by safe start. */
        OFF
    }

    /**
     * One model.
     *
     * @param name the configured instance's name
     * @param reason why it is not active; null when it is
     * @param lastRunAt by the gateway's clock; null when it never ran
     * @param lastIssuedAt the end of the newest input it has seen
     * @param evaluation its error beside persistence in one honest line
     * @param forecasts output series to the series it forecasts, by name
     */
    public record ModelStatus(
            String name, Words title, String packageName, String version, ModelState state,
            @Nullable Words reason, @Nullable Instant lastRunAt, @Nullable Instant lastIssuedAt,
            @Nullable SelfTest selfTest, @Nullable Words evaluation, Map<String, String> forecasts) {
        public ModelStatus {
            forecasts = Map.copyOf(forecasts);
        }
    }

    /** Whether the package's own vectors came out on this box. */
    public record SelfTest(boolean passed, Instant at) {}

    /**
     * One source; the counts are its books in messages: received = decoded + rejected + refused.
     *
     * @param counts what it had to do to keep going since the start, by name
     */
    public record SourceStatus(
            String name, String kind, String state, boolean healthy, @Nullable Instant lastProgressAt,
            long received, long decoded, long rejected, long refused, Map<String, Long> counts) {
        public SourceStatus {
            counts = Map.copyOf(counts);
        }
    }

    /**
     * The gateway itself.
     *
     * @param healthy false when the log no longer takes commits
     * @param newestSequence the log's newest entry
     * @param notices what a person should know about the gateway, such as a safe start
     * @param inspection the daily check of the log's file
     * @param readings the books of all series together
     * @param clock how far the gateway's time can be trusted
     */
    public record BoxStatus(
            String version, Instant startedAt, boolean healthy, DiskStatus disk, long newestSequence,
            List<Words> notices, InspectionStatus inspection, ReadingsStatus readings, ClockStatus clock) {
        public BoxStatus {
            notices = List.copyOf(notices);
        }

        public BoxStatus(
                String version, Instant startedAt, boolean healthy, DiskStatus disk, long newestSequence,
                List<Words> notices, InspectionStatus inspection, ReadingsStatus readings) {
            this(version, startedAt, healthy, disk, newestSequence, notices, inspection, readings,
                    ClockStatus.UNKNOWN);
        }

        public BoxStatus(
                String version, Instant startedAt, boolean healthy, DiskStatus disk, long newestSequence,
                List<Words> notices) {
            this(version, startedAt, healthy, disk, newestSequence, notices, InspectionStatus.NONE,
                    ReadingsStatus.NONE);
        }
    }

    /**
     * The gateway's clock.
     *
     * @param reference what it is held to, as configured: NTP, PTP or GNSS
     * @param errorMillis at most so far from UTC; null while nobody knows
     * @param dated false while the date is only a lower bound, after a start without time
     * @param offsetMillis the system's clock less the gateway's; not 0 while that one is not followed
     * @param doubted whether the system's clock jumped and is not followed
     */
    public record ClockStatus(
            Trust trust, String reference, @Nullable Long errorMillis, boolean dated, long offsetMillis,
            boolean doubted) {
        /** Nobody has looked yet. */
        public static final ClockStatus UNKNOWN = new ClockStatus(Trust.UNKNOWN, "NTP", null, true, 0, false);
    }

    /**
     * What became of all readings: stored = inLog + removed + thinned + lost.
     *
     * @param removed by age or quota
     * @param expired how many of the removed no destination had yet
     * @param thinned left out where only some readings of each interval stay
     * @param lost with a damaged part of the file
     */
    public record ReadingsStatus(
            long stored, long inLog, long removed, long expired, long thinned, long lost) {
        /** Nothing was stored. */
        public static final ReadingsStatus NONE = new ReadingsStatus(0, 0, 0, 0, 0, 0);
    }

    /**
     * The check of the log's file in the background, once a day.
     *
     * @param running whether it goes on now
     * @param pages how many pages of 512 bytes it has read, or read the last time
     * @param endedAt when the last one ended; null when none has since the start
     * @param damage how many damaged pages and rows that one found; null when none has ended
     * @param suspicion why the next start salvages the log; null while nothing asks for that
     */
    public record InspectionStatus(
            boolean running, long pages, @Nullable Instant endedAt, @Nullable Long damage,
            @Nullable String suspicion) {
        /** None since the start. */
        public static final InspectionStatus NONE = new InspectionStatus(false, 0, null, null, null);

        /** Whether nothing is known to be damaged. */
        public boolean isHealthy() {
            return suspicion == null && (damage == null || damage == 0);
        }

        /** A few words for whoever repairs it. */
        String words() {
            String found = damage == null ? "not inspected since the start"
                    : damage == 0 ? "inspected, no damage"
                    : "inspected, " + damage + " damaged pages or rows";
            return (running ? "being inspected, " + pages + " pages so far; before that " : "") + found
                    + (suspicion == null ? "" : "; the next start salvages it: " + suspicion);
        }
    }

    /**
     * In bytes: the log's size, its quota, and what the disk has left.
     *
     * @param daysUntilQuota at the rate of the last three days; null while it does not grow
     * @param daysUntilDiskFull the same
     */
    public record DiskStatus(
            long usedBytes, long quotaBytes, long freeBytes, @Nullable Long daysUntilQuota,
            @Nullable Long daysUntilDiskFull) {
        public DiskStatus(long usedBytes, long quotaBytes, long freeBytes) {
            this(usedBytes, quotaBytes, freeBytes, null, null);
        }
    }
}
