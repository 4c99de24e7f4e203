package suimon.store;

/** The stretches as they were when a reader was last shown entries. For the reader's thread. */
final class ShownStretches {
    private final LogState state;
    private Spans.View view;
    private long retainedFrom;

    ShownStretches(LogState state) {
        this.state = state;
        this.view = state.spans().view();
        this.retainedFrom = state.retainedFrom();
    }

    void take(Spans.View shown) {
        view = shown;
        retainedFrom = state.retainedFrom();
    }

    /** What was removed since would tell otherwise of entries that were shown before. */
    long mergedBetween(long after, long before) {
        return view.sealedBetween(Math.max(after, retainedFrom - 1), before);
    }
}
