package suimon.store;

import suimon.reading.Entry;

/** An entry with its number in the log. */
public record Sequenced(long sequence, Entry entry) {}
