package suimon.pipeline;

import java.nio.file.Path;
import java.time.Clock;
import suimon.reading.Ticker;

/**
 * What a source gets from the gateway.
 *
 * @param inbox where deliveries go
 * @param kept what the source asked to keep with its data, as last committed; called at start
 * @param lastCommitted the newest measured time committed per series name, nanoseconds since the
 *     epoch, or Long.MIN_VALUE
 * @param folder a folder of its own below the data folder, for certificates and the like
 * @param siteId the gateway's id
 * @param descriptions where a source says what its series are
 */
public record SourceContext(
        Inbox inbox,
        KeptState kept,
        java.util.function.ToLongFunction<String> lastCommitted,
        Path folder,
        Clock clock,
        Ticker ticker,
        String siteId,
        Descriptions descriptions) {

    /** A context whose descriptions are not heard. */
    public SourceContext(
            Inbox inbox, KeptState kept, java.util.function.ToLongFunction<String> lastCommitted,
            Path folder, Clock clock, Ticker ticker, String siteId) {
        this(inbox, kept, lastCommitted, folder, clock, ticker, siteId, (series, said) -> "");
    }

    /** Takes what a source says of a series. Safe for many threads. */
    public interface Descriptions {
        /** Empty; or why values of that unit must not be mixed with those that are there. */
        String describe(String series, Description said);
    }

    /** What a source once asked to keep. */
    public interface KeptState {
        /** All keys and values the named source keeps, as last committed. */
        java.util.Map<String, byte[]> of(String source);
    }
}
