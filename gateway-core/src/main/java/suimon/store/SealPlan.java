package suimon.store;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what to seal and what to merge next. Nothing is rewritten in whose middle somebody stands
 * ({@link Pins}): where somebody stays, what is old is cut into what lies before and behind him.
 * Nor is it before the rollups and the cursors that read the log in order (insight) have come by,
 * unless one of those lags by {@link #WAITING_MAX}. A lane or a sink that lags may find sealed
 * stretches ahead of it; they are merged when it has passed, or after {@link #LAGGING_WAIT_MAX}.
 */
final class SealPlan {
    /** A cursor that lags by more holds up nothing any more: it may never move again. */
    static final Duration WAITING_MAX = Duration.ofDays(1);
    /** The same of a lane, whose link may be down, and of a sink. */
    static final Duration LAGGING_WAIT_MAX = Duration.ofDays(7);
    /** More readings than these are sealed in several stretches. */
    static final long READINGS_MAX = 1L << 20;
    /** A stretch of more readings is not made by merging: retention removes it as a whole. */
    static final long MERGED_READINGS_MAX = 1L << 26;
    /** A reading is written at most so many times more after it was sealed. */
    static final int LEVEL_MAX = 3;

    /** A stretch is cut when it is so many times as old as it should be sealed: most move on by then. */
    private static final int CUT_AFTER = 2;
    /** Fewer series than these are taken for so many, or stretches would be too short. */
    private static final int SERIES_MIN = 64;
    /** A stretch takes at most this part of the quota, by a byte per reading. */
    private static final long QUOTA_PARTS = 64;

    private final LogState state;
    private final Clock clock;
    private final LogSettings.Sealing policy;
    private final long mergedMax;
    /** First sequences of stretches that stay as they are. */
    private final Set<Long> left = new HashSet<>();

    SealPlan(LogState state, Clock clock, LogSettings settings) {
        this.state = state;
        this.clock = clock;
        this.policy = settings.sealing();
        this.mergedMax = Math.min(MERGED_READINGS_MAX, settings.quotaBytes() / QUOTA_PARTS);
    }

    /** Neighbouring stretches to seal as one; empty when nothing is due. */
    List<Span> nextToSeal() {
        long now = clock.millis();
        long target = Math.min(READINGS_MAX, (long) policy.readingsPerSeries()
                * Math.max(Math.min(SERIES_MIN, policy.readingsPerSeries()), state.names().all().size()));
        List<Span> group = new ArrayList<>();
        long readings = 0;
        for (Span span : state.spans().view().spans()) {
            boolean isOpen = !span.isSealed() && span.first() >= state.retainedFrom()
                    && !left.contains(span.first()) && span.last() <= limit(span, now)
                    && age(span, now) >= policy.untouched().toMillis() && isFree(span, span);
            boolean isJoined = isOpen && !group.isEmpty() && isFree(group.getFirst(), span);
            if (!isJoined) {
                if (isOld(group, now)) {
                    return group;
                }
                group.clear();
                readings = 0;
            }
            if (isOpen) {
                group.add(span);
                readings += span.readings();
            }
            if (readings >= target) {
                return group;
            }
        }
        return isOld(group, now) ? group : List.of();
    }

    private boolean isOld(List<Span> group, long now) {
        // One without readings would have no rows to be known by; it takes next to nothing.
        return group.stream().anyMatch(span -> span.readings() > 0) && age(group.getFirst(), now) >= policy.after().toMillis();
    }

    /** What a clock that was wrong then dated into the future is old, or it would stay for years. */
    private static long age(Span span, long now) {
        return Math.abs(now - span.committed());
    }

    /** Neighbouring sealed stretches to make one of the next level; empty when nothing is due. */
    List<Span> nextToMerge() {
        for (int level = 1; level < LEVEL_MAX; level++) {
            List<Span> found = nextToMerge(level);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private List<Span> nextToMerge(int level) {
        long now = clock.millis();
        List<Span> group = new ArrayList<>();
        long readings = 0;
        for (Span span : state.spans().view().spans()) {
            boolean isOpen = span.isSealed() && span.level() <= level
                    && span.first() >= state.retainedFrom() && span.last() <= passed(span, now)
                    && !left.contains(span.first());
            boolean isJoined = isOpen && !group.isEmpty() && isFree(group.getFirst(), span)
                    && readings + span.readings() <= mergedMax;
            if (!isJoined) {
                if (isWorthMerging(group, level, readings)) {
                    return trimmed(group, level);
                }
                group.clear();
                readings = 0;
            }
            if (isOpen && (!group.isEmpty() || span.level() == level) && isFree(span, span)) {
                group.add(span);
                readings += span.readings();
            }
            if (countOf(group, level) >= policy.mergedAtOnce()) {
                return group;
            }
        }
        return List.of();
    }

    /** Where a stretch is as long as may be a few are enough. */
    private boolean isWorthMerging(List<Span> group, int level, long readings) {
        return countOf(group, level) >= Math.max(2, policy.mergedAtOnce() / 3) && readings >= mergedMax / 2;
    }

    private static long countOf(List<Span> group, int level) {
        return group.stream().filter(span -> span.level() == level).count();
    }

    /** Without shorter ones at the end, whose turn has not come. */
    private static List<Span> trimmed(List<Span> group, int level) {
        int to = group.size();
        while (group.get(to - 1).level() < level) {
            to--;
        }
        return group.subList(0, to);
    }

    /** The stretches can't be read or written in full: they stay as they are until the next start. */
    void leave(List<Span> stretches) {
        stretches.forEach(stretch -> left.add(stretch.first()));
    }

    private boolean isFree(Span first, Span last) {
        return state.pins().isFree(first.first(), last.last(), state.standing().cursors().values());
    }

    /**
     * A stretch in whose middle somebody has stood for long, and the places where he stands; null
     * when there is none. One that waits for who reads in order is not cut at his every step.
     */
    @Nullable Cut nextToCut() {
        long now = clock.millis();
        long patience = Math.max(policy.untouched().toMillis(), CUT_AFTER * policy.after().toMillis());
        for (Span span : state.spans().view().spans()) {
            if (!span.isSealed() && span.first() >= state.retainedFrom() && !left.contains(span.first())
                    && age(span, now) >= patience && span.last() <= limit(span, now)) {
                NavigableSet<Long> ends =
                        state.pins().endsWithin(span, state.standing().cursors().values());
                if (!ends.isEmpty()) {
                    return new Cut(span, ends);
                }
            }
        }
        return null;
    }

    /** The last sequence that a stretch of that age may be sealed up to. */
    private long limit(Span span, long now) {
        Rollups rollups = state.rollups();
        long limit = rollups == null ? 0 : rollups.flushed();
        boolean waits = now - span.committed() < WAITING_MAX.toMillis();
        for (Cursor cursor : state.standing().cursors().values()) {
            if (waits && isInOrder(cursor)) {
                limit = Math.min(limit, cursor.position());
            }
        }
        return limit;
    }

    /** What all that wait have passed. */
    private long passed(Span span, long now) {
        long passed = Long.MAX_VALUE;
        boolean waits = now - span.committed() < LAGGING_WAIT_MAX.toMillis();
        for (Cursor cursor : state.standing().cursors().values()) {
            if (waits && Pins.isLane(cursor)) {
                passed = Math.min(passed, cursor.replayFrom() - 1);
            } else if (waits && (isInOrder(cursor) || cursor.name().startsWith(Pins.SINK))) {
                passed = Math.min(passed, cursor.position());
            }
        }
        return passed;
    }

    /** Whether its owner, such as insight, wants readings in the order they came in. */
    private static boolean isInOrder(Cursor cursor) {
        return Stream.of(Pins.LANE, Pins.PULL, Pins.SINK).noneMatch(cursor.name()::startsWith);
    }
}
