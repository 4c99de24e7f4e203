package suimon.store;

/** Where a reader of the log stands, see {@link Change.Advance}. A new cursor stands at 0. */
public record Cursor(String name, long position, long replayFrom) {}
