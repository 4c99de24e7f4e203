package suimon.store;

import java.util.Arrays;
import suimon.reading.Decimals;
import suimon.reading.Grade;
import suimon.reading.ValueType;

/**
 * Statistics of neighbouring intervals of one series, in groups: the minutes of ten, the hours of a
 * day. Coded interval by interval against the one before: where all values are decimals as whole
 * numbers, the mean against the mean before, minimum and maximum against the mean, and what is left
 * of the sum; otherwise by the bits of the doubles.
 *
 * <p>Lossless but for sums of decimals: adding doubles has rounded those, and what comes back is the
 * double nearest to the sum of the decimals themselves.
 */
final class RollupPart {
    private static final int COUNT = 0;
    private static final int UNUSABLE = 1;
    private static final int GRADE = 2;
    private static final int MEAN = 3;
    private static final int LOW = 4;
    private static final int HIGH = 5;
    private static final int REST = 6;
    private static final int LAST = 7;
    private static final int ISSUED = 8;
    private static final int UNISSUED = 9;
    private static final int KINDS = 10;

    private static final int GRADE_BITS = 4;
    private static final int DIGITS_MAX = 9;
    private static final int DIGITS_BITS = 4;
    private static final int KEPT_BITS = 4;
    private static final int ZEROS_BITS = 6;
    private static final int[] KEPT = {0, 4, 8, 12};
    private static final double UNSCALED_MAX = 1L << 51;

    final int groups;
    final int width;
    /** Per interval how many readings it has, and how many of them are usable. */
    final int[] counts;
    /** Per interval minimum, maximum and sum. */
    final double[] statistics;
    final Grade[] worst;
    /** Per group its last usable value; NaN for none. */
    final double[] last;
    final int[] issued;
    final boolean[] isUnissued;

    private int digits = -1;
    private int kept;
    private int zeros;
    /** What the first interval is held against: mostly all others are the same. */
    private int countBefore;
    private int gradeBefore;
    private int issuedBefore;
    private int unissuedBefore;

    RollupPart(int groups, int width) {
        this.groups = groups;
        this.width = width;
        counts = new int[2 * groups * width];
        statistics = new double[3 * groups * width];
        worst = new Grade[groups * width];
        last = new double[groups];
        issued = new int[groups];
        isUnissued = new boolean[groups];
        clear();
    }

    private void clear() {
        Arrays.fill(counts, 0);
        Arrays.fill(statistics, Double.NaN);
        Arrays.fill(worst, Grade.MISSING);
        Arrays.fill(last, Double.NaN);
        Arrays.fill(issued, 0);
        Arrays.fill(isUnissued, false);
    }

    /** Adds the intervals of a group to one of another part's. */
    void add(int to, RollupPart from, int group) {
        for (int slot = group * from.width; slot < (group + 1) * from.width; slot++) {
            counts[2 * to] += from.counts[2 * slot];
            worst[to] = worst[to].worse(from.worst[slot]);
            if (from.counts[2 * slot + 1] > 0) {
                boolean isFirst = counts[2 * to + 1] == 0;
                counts[2 * to + 1] += from.counts[2 * slot + 1];
                double low = from.statistics[3 * slot];
                double high = from.statistics[3 * slot + 1];
                statistics[3 * to] = isFirst || low < statistics[3 * to] ? low : statistics[3 * to];
                statistics[3 * to + 1] = isFirst || high > statistics[3 * to + 1] ? high : statistics[3 * to + 1];
                statistics[3 * to + 2] = from.statistics[3 * slot + 2] + (isFirst ? 0 : statistics[3 * to + 2]);
            }
        }
    }

    /** An interval as charts take it, when it holds something. */
    Bucket bucket(int slot, long start, long nanos) {
        int at = 3 * slot;
        return new Bucket(start, nanos, counts[2 * slot], counts[2 * slot + 1], statistics[at],
                statistics[at + 2] / counts[2 * slot + 1], statistics[at + 1], worst[slot]);
    }

    void write(ArithmeticEncoder to) {
        long[] masks = new long[groups];
        for (int slot = 0; slot < worst.length; slot++) {
            masks[slot / width] |= counts[2 * slot] > 0 ? 1L << slot % width : 0;
        }
        int[] same = ArithmeticEncoder.contexts(2);
        long before = 0;
        for (long mask : masks) {
            to.put(same, before == 0 ? 0 : 1, mask == before);
            if (mask != before) {
                to.putBits(mask, width);
            }
            before = mask;
        }
        digits = digits();
        kept = digits < 0 ? 0 : bestKept();
        zeros = digits < 0 ? zeros() : 0;
        to.putDirect(digits + 1, DIGITS_BITS);
        to.putDirect(kept, KEPT_BITS);
        to.putDirect(zeros, ZEROS_BITS);
        findBefore();
        to.putNumber(countBefore);
        to.putDirect(gradeBefore, GRADE_BITS);
        to.putNumber(issuedBefore);
        to.putDirect(unissuedBefore, 1);
        int[] places = new int[KINDS];
        new Walk((kind, residual) -> {
            places[kind] |= residual == 0 ? 0 : 1;
            return residual;
        }).run(masks);
        for (int used : places) {
            to.putDirect(used, 1);
        }
        MixedResiduals residuals = new MixedResiduals(placed(places), 7 * worst.length + 3 * groups);
        new Walk((kind, residual) -> {
            if (places[kind] >= 0) {
                residuals.add(places[kind], residual);
            }
            return residual;
        }).run(masks);
        residuals.write(to);
    }

    /** Turns what is used into places in a row, and -1 where all residuals are zero. */
    private static int placed(int[] places) {
        int count = 0;
        for (int kind = 0; kind < KINDS; kind++) {
            places[kind] = places[kind] == 0 ? -1 : count++;
        }
        return count;
    }

    private void findBefore() {
        for (int slot = 0; slot < worst.length; slot++) {
            if (counts[2 * slot] > 0) {
                countBefore = counts[2 * slot];
                gradeBefore = worst[slot].flag();
                issuedBefore = issued[slot / width];
                unissuedBefore = isUnissued[slot / width] ? 1 : 0;
                return;
            }
        }
    }

    /** Reads what {@link #write} wrote for as many groups, in the place of what it holds. */
    RollupPart read(ArithmeticDecoder from) {
        clear();
        long[] masks = new long[groups];
        int[] same = ArithmeticEncoder.contexts(2);
        long before = 0;
        for (int group = 0; group < groups; group++) {
            masks[group] = from.get(same, before == 0 ? 0 : 1) ? before : from.getBits(width);
            before = masks[group];
        }
        digits = from.getDirect(DIGITS_BITS) - 1;
        kept = from.getDirect(KEPT_BITS);
        zeros = from.getDirect(ZEROS_BITS);
        if (digits > DIGITS_MAX) {
            throw new IllegalArgumentException("statistics of " + digits + " digits");
        }
        countBefore = (int) from.getNumber();
        gradeBefore = from.getDirect(GRADE_BITS);
        issuedBefore = (int) from.getNumber();
        unissuedBefore = from.getDirect(1);
        int[] places = new int[KINDS];
        for (int kind = 0; kind < KINDS; kind++) {
            places[kind] = from.getDirect(1);
        }
        ResidualModel[] models = MixedResiduals.models(placed(places), from);
        new Walk((kind, ignored) -> places[kind] < 0 ? 0 : models[places[kind]].read(from)).run(masks);
        return this;
    }

    /** Takes a residual and gives it back; while reading, gives the one that was written. */
    private interface Coder {
        long code(int kind, long residual);
    }

    /** Goes over the intervals in the same way to write and to read: what is read is filled in. */
    private final class Walk {
        private final Coder coder;
        private long count = countBefore;
        private long grade = gradeBefore;
        private long mean;
        private long phase;
        private long revision = issuedBefore;
        private long unissued = unissuedBefore;

        Walk(Coder coder) {
            this.coder = coder;
        }

        void run(long[] masks) {
            for (int group = 0; group < groups; group++) {
                if (masks[group] == 0) {
                    continue;
                }
                revision += coder.code(ISSUED, issued[group] - revision);
                issued[group] = (int) revision;
                unissued += coder.code(UNISSUED, (isUnissued[group] ? 1 : 0) - unissued);
                isUnissued[group] = unissued != 0;
                boolean isAnyUsable = false;
                for (int bit = 0; bit < width; bit++) {
                    if ((masks[group] >> bit & 1) == 1) {
                        isAnyUsable |= slot(group * width + bit);
                    }
                }
                // The hours of a day have no last value: they are no aggregates.
                if (isAnyUsable && width == RollupBlock.BUCKETS) {
                    last(group);
                }
            }
        }

        private boolean slot(int slot) {
            count += coder.code(COUNT, counts[2 * slot] - count);
            counts[2 * slot] = (int) count;
            int usable = (int) (count - coder.code(UNUSABLE, counts[2 * slot] - (long) counts[2 * slot + 1]));
            counts[2 * slot + 1] = usable;
            grade += coder.code(GRADE, worst[slot].flag() - grade);
            worst[slot] = Grade.ofFlag((int) grade);
            if (usable > 0 && digits >= 0) {
                decimals(slot, usable);
            } else if (usable > 0) {
                doubles(slot, usable);
            }
            return usable > 0;
        }

        private void decimals(int slot, int usable) {
            int at = 3 * slot;
            long sum = unscaled(statistics[at + 2]);
            long low = unscaled(statistics[at]);
            long high = unscaled(statistics[at + 1]);
            long foretold = phase;
            long before = mean;
            mean += (foretold >> 4) + coder.code(MEAN, Math.floorDiv(sum, usable) - mean - (foretold >> 4));
            phase = phaseAfter(foretold, mean - before, kept);
            if (usable > 1) {
                sum = mean * usable + coder.code(REST, Math.floorMod(sum, (long) usable));
                low = mean - coder.code(LOW, mean - low);
                high = usable == 2 ? sum - low : mean + coder.code(HIGH, high - mean);
            } else {
                sum = mean;
                low = mean;
                high = mean;
            }
            statistics[at] = Decimals.toDouble(low, digits);
            statistics[at + 1] = Decimals.toDouble(high, digits);
            statistics[at + 2] = Decimals.toDouble(sum, digits);
        }

        private void doubles(int slot, int usable) {
            int at = 3 * slot;
            long high = ordered(statistics[at + 1]);
            mean += coder.code(MEAN, ordered(statistics[at]) - mean);
            high = usable == 1 ? mean : mean + coder.code(HIGH, high - mean);
            statistics[at] = toDouble(mean);
            statistics[at + 1] = toDouble(high);
            double foretold = usable * (statistics[at] / 2 + statistics[at + 1] / 2);
            long sum = whole(foretold) + coder.code(REST, whole(statistics[at + 2]) - whole(foretold));
            statistics[at + 2] = Double.longBitsToDouble(ChunkValues.ordered(ValueType.FLOAT64, sum));
        }

        private void last(int group) {
            long value = digits < 0 ? ordered(last[group]) : unscaled(last[group]);
            value = mean + coder.code(LAST, value - mean);
            last[group] = digits < 0 ? toDouble(value) : Decimals.toDouble(value, digits);
        }
    }

    private static long phaseAfter(long foretold, long difference, int kept) {
        return (foretold - (difference << 4)) * kept >> 4;
    }

    /** How much of the phase to keep, see {@link Forecast}. */
    private int bestKept() {
        int best = 0;
        long bestCost = Long.MAX_VALUE;
        for (int tried : KEPT) {
            long cost = 0;
            long mean = 0;
            long phase = 0;
            for (int slot = 0; slot < worst.length; slot++) {
                int usable = counts[2 * slot + 1];
                if (usable > 0) {
                    long now = Math.floorDiv(unscaled(statistics[3 * slot + 2]), usable);
                    cost += LogarithmTable.sixteenths(now - mean - (phase >> 4));
                    phase = phaseAfter(phase, now - mean, tried);
                    mean = now;
                }
            }
            if (cost < bestCost) {
                best = tried;
                bestCost = cost;
            }
        }
        return best;
    }

    /** The fewest at which all values are whole numbers; -1 where they are not decimals. */
    private int digits() {
        for (int tried = 0; tried <= DIGITS_MAX; tried++) {
            digits = tried;
            if (areDecimals()) {
                return tried;
            }
        }
        return -1;
    }

    private boolean areDecimals() {
        for (int slot = 0; slot < worst.length; slot++) {
            int usable = counts[2 * slot + 1];
            if (usable > 0 && !(isDecimal(statistics[3 * slot]) && isDecimal(statistics[3 * slot + 1])
                    && isSum(slot, usable))) {
                return false;
            }
        }
        for (double value : last) {
            if (!Double.isNaN(value) && !isDecimal(value)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDecimal(double value) {
        return Math.abs(value) * ChunkDigits.power(digits) < UNSCALED_MAX
                && Double.doubleToRawLongBits(Decimals.toDouble(unscaled(value), digits))
                        == Double.doubleToRawLongBits(value);
    }

    /** Whether the sum is one of decimals but for what adding doubles has rounded. */
    private boolean isSum(int slot, int usable) {
        double sum = statistics[3 * slot + 2];
        double largest = Math.max(Math.abs(statistics[3 * slot]), Math.abs(statistics[3 * slot + 1]));
        double exact = Decimals.toDouble(unscaled(sum), digits);
        boolean isNear = Math.abs(sum - exact) <= usable * Math.ulp(usable * largest);
        return isNear && Math.abs(sum) * ChunkDigits.power(digits) < UNSCALED_MAX
                && (usable > 2 || unscaled(sum) == unscaled(statistics[3 * slot])
                        + (usable - 1) * unscaled(statistics[3 * slot + 1]));
    }

    private long unscaled(double value) {
        return (long) Math.rint(value * ChunkDigits.power(digits));
    }

    /** Closing zero bits that minima, maxima and last values have in common, as floats of 32 bits do. */
    private int zeros() {
        long any = 0;
        for (int slot = 0; slot < worst.length; slot++) {
            if (counts[2 * slot + 1] > 0) {
                any |= Double.doubleToRawLongBits(statistics[3 * slot])
                        | Double.doubleToRawLongBits(statistics[3 * slot + 1]);
            }
        }
        for (double value : last) {
            any |= Double.isNaN(value) ? 0 : Double.doubleToRawLongBits(value);
        }
        return Math.min((1 << ZEROS_BITS) - 1, Long.numberOfTrailingZeros(any));
    }

    private long ordered(double value) {
        return ChunkValues.ordered(ValueType.FLOAT64, Double.doubleToRawLongBits(value) >> zeros);
    }

    private double toDouble(long ordered) {
        return Double.longBitsToDouble(ChunkValues.ordered(ValueType.FLOAT64, ordered) << zeros);
    }

    private static long whole(double value) {
        return ChunkValues.ordered(ValueType.FLOAT64, Double.doubleToRawLongBits(value));
    }
}
