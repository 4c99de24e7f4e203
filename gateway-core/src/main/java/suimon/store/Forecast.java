package suimon.store;

/**
 * How the next number of a column is foretold: the last one, plus a step, plus what is left of the
 * phase. With a step of the nominal period and all of the phase kept, times are held against a grid
 * and jitter doesn't add up; with nothing kept, against the time before; with a step of zero and a
 * part kept, values are held against their exponential average, which is the best forecast of a
 * slow process seen through noise (Muth 1960).
 *
 * @param step in 1/65536 of the column's unit
 * @param kept sixteenths of the phase that are kept, 0 to 16
 * @param jumps whether several or no steps may lie between two neighbours, as in times with gaps
 * @param anchorBits a residual of at least two to this power begins a new phase at the number that had
 *     it; two in succession, equally far apart, make their distance the new step
 * @param noiseBits see {@link ResidualModel}
 * @param isExact no residual and no jump at all: nothing is coded
 */
record Forecast(long step, int kept, boolean jumps, int anchorBits, int noiseBits, boolean isExact) {
    static final int KEPT_ALL = 16;
    /** Farther apart than this, the number of steps is not counted: the products would not fit. */
    static final long JUMP_MAX = 1L << 46;

    /** No phase begins anew. */
    static final int ANCHOR_BITS_MAX = 62;

    /** Each number is the one before and a step, with the parts of a unit added up. */
    static Forecast exact(long step) {
        return new Forecast(step, KEPT_ALL, false, ANCHOR_BITS_MAX, 0, true);
    }

    void write(ArithmeticEncoder to) {
        to.putDirect(isExact ? 1 : 0, 1);
        boolean isWhole = (step & 0xFFFF) == 0;
        to.putDirect(isWhole ? 1 : 0, 1);
        to.putSigned(isWhole ? step >> 16 : step);
        if (isExact) {
            return;
        }
        to.putDirect(kept, 5);
        to.putDirect(jumps ? 1 : 0, 1);
        to.putDirect(anchorBits, 6);
        to.putDirect(noiseBits, 6);
    }

    static Forecast read(ArithmeticDecoder from) {
        boolean isExact = from.getDirect(1) == 1;
        boolean isWhole = from.getDirect(1) == 1;
        long step = isWhole ? from.getSigned() << 16 : from.getSigned();
        if (isExact) {
            return exact(step);
        }
        int kept = from.getDirect(5);
        boolean jumps = from.getDirect(1) == 1;
        int anchorBits = from.getDirect(6);
        int noiseBits = from.getDirect(6);
        if (kept > KEPT_ALL || anchorBits > ANCHOR_BITS_MAX) {
            throw new IllegalArgumentException("a forecast that keeps " + kept + "/16 up to 2^" + anchorBits);
        }
        return new Forecast(step, kept, jumps, anchorBits, noiseBits, false);
    }

    /** How many steps a difference is, for the writer. */
    long stepsIn(long difference, long phase, long currentStep) {
        boolean isCountable = currentStep > 0 && Math.abs(difference) < JUMP_MAX;
        return isCountable
                ? Math.floorDiv((difference << 16) - phase + currentStep / 2, currentStep)
                : 1;
    }

    long anchor() {
        return 1L << anchorBits;
    }

    /** The phase to go on with. */
    long phaseAfter(long foretold, long difference) {
        return (foretold - (difference << 16)) * kept >> 4;
    }
}
