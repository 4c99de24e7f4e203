package suimon.reading;

/** A clock that never jumps: nanoseconds since an arbitrary moment, as {@link System#nanoTime}. */
@FunctionalInterface
public interface Ticker {
    long nanos();
}
