package suimon.reading;

/**
 * One stream of values: one quantity at one place.
 *
 * @param id the number the log knows it by; given once by the store, never reused
 * @param name the path that topics, config and exports name it by, such as {@code pen1/do}
 * @param title what an operator reads
 * @param unit a UCUM code such as {@code mg/L}; empty when unknown, {@code 1} for pure numbers
 * @param expectedPeriodNanos how often a value is expected; 0 when unknown
 */
public record Series(int id, String name, Words title, String unit, long expectedPeriodNanos) {}
