package suimon.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/**
 * Compares the clocks of those who date their readings with the gateway's. A reading arrives after
 * it was measured, so the least delay of many tells how far the clocks differ: noise and queues only
 * add to it. A clock that is ahead is known at once; one that is behind looks like a sender that
 * delivers late, and is told apart by a delay that stays the same over {@link #LOOKS_SAME} looks. For the
 * ingest thread.
 */
final class SenderClocks {
    /** Delays of two looks that differ by less are the same. */
    static final Duration SAME = Duration.ofSeconds(30);

    /** Whoever delivers what it kept faster than it grows has caught up by more than that in so many minutes. */
    static final int LOOKS_SAME = 5;

    private static final Duration ZONE_STEP = Duration.ofMinutes(30);
    /** From UTC-12 to UTC+14. */
    private static final int ZONE_STEPS_MAX = 28;
    private static final Duration ZONE_OFF_MAX = Duration.ofMinutes(1);
    private static final int NAMED_MAX = 3;

    private final long most;
    private final Set<String> exempt;

    /**
     * @param most how far a sender's clock may differ
     * @param exempt sources that give readings of another time on purpose
     */
    SenderClocks(Duration most, Set<String> exempt) {
        this.most = most.toNanos();
        this.exempt = Set.copyOf(exempt);
    }

    /** Readings of one series since the last look. */
    static final class Delay {
        private static final long NONE = Long.MAX_VALUE;

        private String source = "";
        private long least = NONE;
        private long steady = NONE;
        private int looks;
        private Verdict verdict = Verdict.UNDECIDED;
        private long ahead;

        /** A reading dated by its sender came. */
        void add(String from, long nanos) {
            source = from;
            if (nanos < least) {
                least = nanos;
            }
        }

        /** Our own clock is not to be trusted: what was seen says nothing. */
        private void forget() {
            least = NONE;
            steady = NONE;
            looks = 0;
            verdict = Verdict.UNDECIDED;
        }

        /** What has sent nothing stays as it was. */
        private Verdict look(long most, long period) {
            if (least == NONE) {
                return verdict;
            }
            // A mean may be dated at the beginning of what it is of.
            boolean isLate = least > most + period;
            if (!isLate || steady == NONE || Math.abs(least - steady) > SAME.toNanos()) {
                steady = least;
                looks = 0;
            }
            looks++;
            boolean isWrong = -least > most || isLate && looks >= LOOKS_SAME;
            verdict = isWrong ? Verdict.WRONG : isLate ? Verdict.UNDECIDED : Verdict.RIGHT;
            ahead = -least;
            least = NONE;
            return verdict;
        }
    }

    private enum Verdict {
        RIGHT, UNDECIDED, WRONG
    }

    private record Found(String series, long offset) {}

    /** Instead of a look while nobody knows how late it is. */
    void forget(Collection<SeriesDesk.Desk> desks) {
        desks.forEach(desk -> desk.delay.forget());
    }

    /** Once a minute. */
    void look(Alarms alarms, Collection<SeriesDesk.Desk> desks, long nowNanos) {
        Map<String, List<Found>> wrong = new TreeMap<>();
        Set<String> right = new HashSet<>();
        Set<String> undecided = new HashSet<>();
        for (SeriesDesk.Desk desk : desks) {
            Delay delay = desk.delay;
            if (delay.source.isEmpty() || exempt.contains(delay.source)) {
                continue;
            }
            switch (delay.look(most, desk.series.expectedPeriodNanos())) {
                case RIGHT -> right.add(delay.source);
                case UNDECIDED -> undecided.add(delay.source);
                case WRONG -> wrong.computeIfAbsent(delay.source, source -> new ArrayList<>())
                        .add(new Found(desk.series.name(), delay.ahead));
            }
        }
        // An alarm may stand from before a restart, so that nobody here remembers it.
        right.removeAll(undecided);
        right.removeAll(wrong.keySet());
        right.forEach(source -> alarms.clear(rule(source), nowNanos));
        wrong.forEach((source, found) -> {
            alarms.raise(rule(source), Severity.CAUTION, message(source, found), action(found.getFirst().offset),
                    nowNanos);
        });
    }

    static String rule(String source) {
        return "sender-clock/" + source;
    }

    private static Words message(String source, List<Found> found) {
        long offset = found.getFirst().offset;
        List<String> names = found.stream().limit(NAMED_MAX).map(Found::series).toList();
        int others = found.size() - names.size();
        boolean isAhead = offset > 0;
        return new Words(
                "送信元 " + source + " の時計が " + inJapanese(offset) + (isAhead ? " 進んでいます" : " 遅れています") + "（"
                        + String.join("、", names) + (others > 0 ? "、ほか " + others + " 件" : "") + "）",
                "The clock of sender " + source + " is " + inEnglish(offset) + (isAhead ? " ahead" : " behind") + " ("
                        + String.join(", ", names) + (others > 0 ? " and " + others + " more" : "") + ")");
    }

    private static Words action(long offset) {
        long zone = zoneOf(offset);
        if (zone == 0) {
            return new Words("送信元の時計と時刻合わせ（NTP）の設定を確認してください",
                    "Check the sender's clock and its time server");
        }
        String hours = (zone > 0 ? "+" : "-") + Math.abs(zone) / 2 + (zone % 2 == 0 ? ":00" : ":30");
        return new Words("時差 " + hours + " ちょうどに近く、時間帯の設定違いと思われます（日本時間を UTC として送っている場合は +9:00）。"
                + "送信元の時間帯を直してください",
                "This is close to a whole time zone, " + hours + ": most likely local time sent as UTC or the other way"
                        + " round (Japanese time sent as UTC is +9:00); correct the sender's time zone");
    }

    /** In half hours; 0 where it is no time zone. */
    static long zoneOf(long offset) {
        long step = ZONE_STEP.toNanos();
        long steps = Math.floorDiv(offset + step / 2, step);
        boolean isNear = Math.abs(offset - steps * step) <= ZONE_OFF_MAX.toNanos();
        return isNear && Math.abs(steps) <= ZONE_STEPS_MAX ? steps : 0;
    }

    private static String inJapanese(long offset) {
        Duration by = Duration.ofNanos(Math.abs(offset));
        return by.toDays() > 0 ? by.toDays() + " 日" : by.toHours() > 0
                ? by.toHours() + " 時間 " + by.toMinutesPart() + " 分"
                : by.toMinutes() + " 分 " + by.toSecondsPart() + " 秒";
    }

    private static String inEnglish(long offset) {
        Duration by = Duration.ofNanos(Math.abs(offset));
        return by.toDays() > 0 ? by.toDays() + " days" : by.toHours() > 0
                ? by.toHours() + " h " + by.toMinutesPart() + " min"
                : by.toMinutes() + " min " + by.toSecondsPart() + " s";
    }
}
