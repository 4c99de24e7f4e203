package suimon.alarm;

/** What one reading says about a rule. */
public enum Evidence {
    /** Beyond the limit. */
    BREACHED,
    /** Back inside by more than the deadband. */
    CLEAR,
    /** Between the limit and the deadband: what was stays. */
    UNDECIDED
}
