package suimon.reading;

/**
 * How far a value can be trusted: the five primary flags of QARTOD (U.S. IOOS, Manual for the Use
 * of Real-Time Oceanographic Data Quality Control Flags, 2020), numbers included.
 */
public enum Grade {
    GOOD(1),
    NOT_EVALUATED(2),
    SUSPECT(3),
    FAIL(4),
    MISSING(9);

    private final int flag;

    Grade(int flag) {
        this.flag = flag;
    }

    /** The QARTOD flag: 1, 2, 3, 4 or 9. */
    public int flag() {
        return flag;
    }

    /** Good enough for rules, models and aggregates: neither suspect, failed nor missing. */
    public boolean isUsable() {
        return this == GOOD || this == NOT_EVALUATED;
    }

    /** The graver of the two in the order of ioos_qc: missing, not evaluated, good, suspect, fail. */
    public Grade worse(Grade other) {
        return rank() >= other.rank() ? this : other;
    }

    /** By the severity bits of an OPC UA StatusCode: bad fails, uncertain is suspect, good says nothing. */
    public static Grade ofStatus(int status) {
        return switch (status >>> 30) {
            case 0 -> NOT_EVALUATED;
            case 1 -> SUSPECT;
            default -> FAIL;
        };
    }

    public static Grade ofFlag(int flag) {
        return switch (flag) {
            case 1 -> GOOD;
            case 2 -> NOT_EVALUATED;
            case 3 -> SUSPECT;
            case 4 -> FAIL;
            case 9 -> MISSING;
            default -> throw new IllegalArgumentException("no QARTOD flag: " + flag);
        };
    }

    private int rank() {
        return switch (this) {
            case MISSING -> 0;
            case NOT_EVALUATED -> 1;
            case GOOD -> 2;
            case SUSPECT -> 3;
            case FAIL -> 4;
        };
    }
}
