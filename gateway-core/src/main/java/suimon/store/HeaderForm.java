package suimon.store;

import suimon.reading.Decimals;
import suimon.reading.Grade;
import suimon.reading.Readings;

/**
 * A chunk's header in few bytes: where all numbers are decimals, the statistics are written as whole
 * numbers and differences. Its bytes: version; time unit, form and whether all readings count; worst
 * grade and digits; counts, times and statistics as varints or doubles.
 */
final class HeaderForm {
    static final int VERSION = 1;
    /** A chunk of more readings is refused: it would be read as one thing. */
    static final int READINGS_MAX = 1 << 18;
    /** Version, unit and form, grade and digits, one byte each; then at least three varints. */
    static final int BYTES_MIN = 6;

    private static final int NO_NUMBERS = 0;
    private static final int DECIMALS = 1;
    private static final int SINGLE_DECIMALS = 2;
    private static final int DOUBLES = 3;
    private static final int DIGITS_MAX = 15;
    private static final double UNSCALED_MAX = 1L << 53;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15};

    private final ChunkHeader header;
    private final int unit;
    private final long firstNumber;

    private HeaderForm(ChunkHeader header, int unit, long firstNumber) {
        this.header = header;
        this.unit = unit;
        this.firstNumber = firstNumber;
    }

    ChunkHeader header() {
        return header;
    }

    int unit() {
        return unit;
    }

    /** The first value that counts as a whole number at the chunk's digits; 0 where it is none. */
    long firstNumber() {
        return firstNumber;
    }

    static HeaderForm write(Readings rows, long[] measured, int unit, int digitsHint, ByteWriter to) {
        int digits = Math.clamp(digitsHint, 0, DIGITS_MAX);
        long timeMin = Long.MAX_VALUE;
        long timeMax = Long.MIN_VALUE;
        double minimum = Double.NaN;
        double maximum = Double.NaN;
        double first = Double.NaN;
        double last = Double.NaN;
        double sum = 0;
        long unscaledSum = 0;
        int usable = 0;
        boolean isDecimal = true;
        boolean isSingle = true;
        Grade worst = Grade.MISSING;
        for (int row = 0; row < measured.length; row++) {
            timeMin = Math.min(timeMin, measured[row]);
            timeMax = Math.max(timeMax, measured[row]);
            Grade grade = rows.grade(row);
            worst = worst.worse(grade);
            double value = rows.asDouble(row);
            if (grade.isUsable() && Double.isFinite(value)) {
                usable++;
                first = usable == 1 ? value : first;
                last = value;
                // NaN compares false, so the first value takes both places.
                minimum = minimum <= value ? minimum : value;
                maximum = maximum >= value ? maximum : value;
                sum += value;
                // A form holds all of them: the first are not read in the form of the later.
                isDecimal &= holds(DECIMALS, value, digits);
                isSingle &= holds(SINGLE_DECIMALS, value, digits);
                unscaledSum += isDecimal || isSingle ? unscaled(value, digits) : 0;
                // Checked at each step, so that it can't wrap around.
                isDecimal &= Math.abs(unscaledSum) <= UNSCALED_MAX;
                isSingle &= Math.abs(unscaledSum) <= UNSCALED_MAX;
            }
        }
        int form = usable == 0 ? NO_NUMBERS : isDecimal ? DECIMALS : isSingle ? SINGLE_DECIMALS : DOUBLES;
        boolean isWhole = form == DECIMALS || form == SINGLE_DECIMALS;
        double exact = isWhole ? Decimals.toDouble(unscaledSum, digits) : sum;
        ChunkHeader header = new ChunkHeader(measured.length, timeMin, timeMax, minimum, maximum, exact, first,
                last, worst, usable);
        write(header, unit, form, digits, unscaledSum, to);
        return new HeaderForm(header, unit, isWhole ? unscaled(first, digits) : 0);
    }

    static HeaderForm read(ByteReader from) {
        int version = from.getByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("a chunk of format " + version + ", expected " + VERSION);
        }
        int flags = from.getByte();
        int grades = from.getByte();
        int unit = flags & 3;
        int form = flags >> 2 & 3;
        long count = from.getVarint();
        if (count < 1 || count > READINGS_MAX) {
            throw new IllegalArgumentException(
                    "a chunk of " + count + " readings, expected 1 to " + READINGS_MAX);
        }
        long timeMin = from.getSigned() * ChunkTimes.UNITS[unit];
        long timeMax = timeMin + from.getVarint() * ChunkTimes.UNITS[unit];
        long usable = (flags & 16) != 0 ? count : form == NO_NUMBERS ? 0 : from.getVarint();
        double[] found = statistics(form, grades & 15, usable, from);
        return new HeaderForm(new ChunkHeader((int) count, timeMin, timeMax, found[0], found[1], found[2],
                found[3], found[4], Grade.ofFlag(grades >> 4), (int) Math.min(usable, count)), unit,
                form == DECIMALS || form == SINGLE_DECIMALS ? unscaled(found[3], grades & 15) : 0);
    }

    private static void write(
            ChunkHeader header, int unit, int form, int digits, long unscaledSum, ByteWriter to) {
        boolean isAll = header.usable() == header.count();
        to.putByte(VERSION).putByte(unit | form << 2 | (isAll ? 16 : 0));
        to.putByte(header.worst().flag() << 4 | digits);
        to.putVarint(header.count());
        to.putSigned(header.timeMin() / ChunkTimes.UNITS[unit]);
        // Whole units both, also when the difference itself is beyond the range of a long.
        to.putVarint(header.timeMax() / ChunkTimes.UNITS[unit] - header.timeMin() / ChunkTimes.UNITS[unit]);
        if (form == NO_NUMBERS) {
            return;
        }
        if (!isAll) {
            to.putVarint(header.usable());
        }
        if (form == DOUBLES) {
            to.putDouble(header.minimum()).putDouble(header.maximum()).putDouble(header.sum());
            to.putDouble(header.first()).putDouble(header.last());
            return;
        }
        long first = unscaled(header.first(), digits);
        long minimum = unscaled(header.minimum(), digits);
        to.putSigned(first);
        to.putVarint(first - minimum);
        to.putVarint(unscaled(header.maximum(), digits) - minimum);
        to.putVarint(unscaled(header.last(), digits) - minimum);
        to.putSigned(unscaledSum - first * header.usable());
    }

    /** Minimum, maximum, sum, first, last. */
    private static double[] statistics(int form, int digits, long usable, ByteReader from) {
        if (form == NO_NUMBERS) {
            return new double[] {Double.NaN, Double.NaN, 0, Double.NaN, Double.NaN};
        }
        double[] found = new double[5];
        if (form == DOUBLES) {
            for (int index = 0; index < found.length; index++) {
                found[index] = from.getDouble();
            }
            return found;
        }
        long first = from.getSigned();
        long minimum = first - from.getVarint();
        found[0] = valueOf(form, minimum, digits);
        found[1] = valueOf(form, minimum + from.getVarint(), digits);
        found[4] = valueOf(form, minimum + from.getVarint(), digits);
        found[3] = valueOf(form, first, digits);
        found[2] = Decimals.toDouble(from.getSigned() + first * usable, digits);
        return found;
    }

    private static boolean holds(int form, double value, int digits) {
        if (Math.abs(value) > UNSCALED_MAX || Math.abs(unscaled(value, digits)) > UNSCALED_MAX) {
            return false;
        }
        return valueOf(form, unscaled(value, digits), digits) == value;
    }

    private static double valueOf(int form, long unscaled, int digits) {
        double value = Decimals.toDouble(unscaled, digits);
        return form == SINGLE_DECIMALS ? (float) value : value;
    }

    private static long unscaled(double value, int digits) {
        return (long) Math.rint(value * POWERS[digits]);
    }
}
