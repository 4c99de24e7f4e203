package suimon.backhaul;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Content.Block;
import suimon.backhaul.Content.Missing;
import suimon.backhaul.Content.Reason;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.store.StoreFailed;

/**
 * Cuts contents from the log: as much from a place on as fits a frame, or again by a recipe. One
 * that is cut again has the same bytes as long as the log still holds the same and the
 * configuration says the same; otherwise its hash tells.
 */
final class Cutter {
    private final Walk walk;
    private final IntFunction<Series> series;
    /** What a step took lately, so that the first try mostly fits and mostly fills the frame. */
    private final Map<Lane, Double> bytesPerStepOf = new EnumMap<>(Lane.class);

    /** Of readings, until the hub has said what it can read. */
    private int codec = ContentWire.COLUMNS;

    Cutter(Walk walk, IntFunction<Series> series) {
        this.walk = walk;
        this.series = series;
    }

    /** From now on readings are coded so; what was cut before stays as it is. */
    void use(int newCodec) {
        codec = newCodec;
    }

    /**
     * A content and its packed bytes.
     *
     * @param steps how many steps of the stretch it took
     */
    record Cut(Recipe recipe, Counts counts, byte[] packed, int steps) {}

    /**
     * The next content of a lane, from the steps of a walk.
     *
     * @param steps at least one
     * @param pieceMax bytes a frame can carry; only a single step is allowed to need more frames
     */
    Cut cut(Lane lane, Walk.Stretch stretch, BitSet announced, long cutoff, int pieceMax) {
        List<Walk.Step> steps = stretch.steps();
        double bytesPerStep = bytesPerStepOf.getOrDefault(lane, 1.0);
        int count = Math.clamp((long) (pieceMax / bytesPerStep), 1, steps.size());
        while (true) {
            Cut cut = cut(lane, stretch.from(), steps.subList(0, count), announced, cutoff);
            int size = cut.packed().length;
            if (size <= pieceMax || count == 1) {
                bytesPerStepOf.put(lane, Math.max(0.5, 0.95 * size / count));
                boolean isTooLarge = size > (long) pieceMax * Frame.PARTS_MAX;
                return isTooLarge ? tooLarge(cut, steps.getFirst()) : cut;
            }
            count = Math.clamp((long) (count * 0.9 * pieceMax / size), 1, count - 1);
        }
    }

    /** The packed bytes of a content that was cut before, or what the log makes of it now. */
    byte[] cutAgain(Recipe recipe) throws StoreFailed {
        List<Walk.Step> steps = new ArrayList<>();
        Place at = recipe.from();
        while (at.compareTo(recipe.to()) < 0) {
            Walk.Stretch stretch = walk.from(recipe.lane(), at, recipe.cutoffNanos());
            for (Walk.Step step : stretch.steps()) {
                if (step.end().compareTo(recipe.to()) <= 0) {
                    steps.add(step);
                }
            }
            if (stretch.end().equals(at)) {
                break;
            }
            at = stretch.end();
        }
        return ContentWire.pack(content(recipe, steps), recipe.codec());
    }

    private Cut cut(
            Lane lane, Place from, List<Walk.Step> steps, BitSet announced, long cutoff) {
        TreeSet<Integer> used = new TreeSet<>();
        List<Missing> missing = new ArrayList<>();
        Counts counts = Counts.NONE;
        for (Walk.Step step : steps) {
            counts = counts.plus(step.counts());
            if (step.fate() == Walk.Fate.SEND && step.series() >= 0 && !announced.get(step.series())) {
                used.add(step.series());
            }
            if (step.fate() == Walk.Fate.REMOVED) {
                missing.add(new Missing(
                        Reason.REMOVED, step.counts().expired(), step.at(), step.at(), ""));
            }
        }
        Recipe recipe = new Recipe(
                lane, from, steps.getLast().end(), List.copyOf(used), cutoff, missing, null, codec);
        return new Cut(recipe, counts, ContentWire.pack(content(recipe, steps), codec), steps.size());
    }

    /** In place of what no frames can carry: its absence, so that the lane goes on. */
    private static Cut tooLarge(Cut cut, Walk.Step step) {
        Missing missing = new Missing(Reason.TOO_LARGE, 1, step.at(), step.at(), "");
        Recipe recipe = new Recipe(
                cut.recipe().lane(), step.end(), step.end(), List.of(), cut.recipe().cutoffNanos(),
                List.of(missing), null, ContentWire.COLUMNS);
        Counts counts = new Counts(0, 0, 0, cut.counts().pending(), cut.counts().unmeant());
        Content content = new Content(List.of(), List.of(), List.of(), List.of(missing), null);
        return new Cut(recipe, counts, ContentWire.pack(content), 1);
    }

    private Content content(Recipe recipe, List<Walk.Step> steps) {
        List<Entry> entries = new ArrayList<>();
        List<ObjectPiece> objects = new ArrayList<>();
        Blocks blocks = new Blocks();
        Map<Integer, Missing> expired = new LinkedHashMap<>();
        for (Walk.Step step : steps) {
            if (step.fate() == Walk.Fate.EXPIRED) {
                expired.merge(step.series(), expiry(step), Cutter::joined);
            } else if (step.fate() == Walk.Fate.SEND) {
                if (step.entry() instanceof Entry.Batch batch) {
                    blocks.add(batch, step.row());
                } else if (step.piece() != null) {
                    objects.add(step.piece());
                } else if (step.entry() != null) {
                    entries.add(step.entry());
                }
            }
        }
        List<Missing> missing = new ArrayList<>(recipe.missing());
        missing.addAll(expired.values());
        List<Series> definitions = recipe.announces().stream().map(series::apply).toList();
        return new Content(definitions, blocks.toList(), entries, missing, recipe.heartbeat(), objects);
    }

    private Missing expiry(Walk.Step step) {
        return new Missing(
                Reason.EXPIRED, 1, step.at(), step.at(), series.apply(step.series()).name());
    }

    private static Missing joined(Missing one, Missing other) {
        Instant from = one.from().isBefore(other.from()) ? one.from() : other.from();
        Instant to = one.to().isAfter(other.to()) ? one.to() : other.to();
        return new Missing(one.reason(), one.count() + other.count(), from, to, one.series());
    }

    /** Rows under the same clock together; the stamp of the newest batch stands for all. */
    private static final class Blocks {
        private final List<Block> done = new ArrayList<>();
        private @Nullable ClockStamp clock;
        private Readings.Builder rows = new Readings.Builder(256);

        void add(Entry.Batch batch, int row) {
            if (clock != null && !isSameClock(clock, batch.clock())) {
                end();
            }
            clock = batch.clock();
            rows.addRow(batch.readings(), row);
        }

        List<Block> toList() {
            end();
            return done;
        }

        private void end() {
            if (clock != null) {
                done.add(new Block(clock, rows.build()));
                rows.clear();
                clock = null;
            }
        }

        private static boolean isSameClock(ClockStamp one, ClockStamp other) {
            return one.boot().equals(other.boot()) && one.trust() == other.trust();
        }
    }
}
