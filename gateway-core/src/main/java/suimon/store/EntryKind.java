package suimon.store;

import suimon.reading.Entry;

/** What a row of the log holds; the code is stored and never changes its meaning. */
enum EntryKind {
    BATCH(1, Entry.Batch.class, Keeping.HISTORY),
    SERIES_DEFINED(2, Entry.SeriesDefined.class, Keeping.ALWAYS),
    REJECT(3, Entry.Reject.class, Keeping.HISTORY),
    GAP(4, Entry.Gap.class, Keeping.RESULT),
    INFERENCE(5, Entry.Inference.class, Keeping.RESULT),
    ALARM(6, Entry.Alarm.class, Keeping.ALWAYS),
    LABEL(7, Entry.Label.class, Keeping.ALWAYS),
    OBSERVATION(8, Entry.Observation.class, Keeping.ALWAYS),
    AGGREGATE(9, Entry.Aggregate.class, Keeping.RESULT),
    CALIBRATION(10, Entry.Calibration.class, Keeping.ALWAYS),
    CLOCK_FIX(11, Entry.ClockFix.class, Keeping.ALWAYS),
    AUDIT(12, Entry.Audit.class, Keeping.ALWAYS),
    REGRADE(13, Entry.Regrade.class, Keeping.HISTORY);

    /** What the quota may remove, in this order; see {@link Retention}. */
    enum Keeping {
        /** Goes first: what came in, oldest first. */
        HISTORY,
        /** Goes when no history is left. */
        RESULT,
        /** Is never removed by quota. */
        ALWAYS
    }

    private static final EntryKind[] KINDS = values();

    private final int code;
    private final Class<? extends Entry> type;
    private final Keeping keeping;

    EntryKind(int code, Class<? extends Entry> type, Keeping keeping) {
        this.code = code;
        this.type = type;
        this.keeping = keeping;
    }

    int code() {
        return code;
    }

    Keeping keeping() {
        return keeping;
    }

    static EntryKind ofCode(int code) {
        if (code < 1 || code > KINDS.length) {
            throw new IllegalArgumentException("no entry kind has the code " + code);
        }
        return KINDS[code - 1];
    }

    static EntryKind ofType(Class<? extends Entry> type) {
        for (EntryKind kind : KINDS) {
            if (kind.type == type) {
                return kind;
            }
        }
        throw new IllegalArgumentException("the log holds no " + type.getSimpleName());
    }

    static EntryKind of(Entry entry) {
        return switch (entry) {
            case Entry.Batch ignored -> BATCH;
            case Entry.SeriesDefined ignored -> SERIES_DEFINED;
            case Entry.Reject ignored -> REJECT;
            case Entry.Gap ignored -> GAP;
            case Entry.Inference ignored -> INFERENCE;
            case Entry.Alarm ignored -> ALARM;
            case Entry.Label ignored -> LABEL;
            case Entry.Observation ignored -> OBSERVATION;
            case Entry.Aggregate ignored -> AGGREGATE;
            case Entry.Calibration ignored -> CALIBRATION;
            case Entry.ClockFix ignored -> CLOCK_FIX;
            case Entry.Audit ignored -> AUDIT;
            case Entry.Regrade ignored -> REGRADE;
        };
    }
}
