package suimon.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps whoever sends nonsense from filling the log: the same line is written once a minute, one
 * statement of ours {@link #LINES_MAX} times and all that a library says at one level once; how
 * many more there were, and the last of them, is said at the end of the minute. Any thread.
 */
final class CalmLines extends AppenderBase<ILoggingEvent> {
    /** Different lines of one statement in a minute. */
    static final int LINES_MAX = 30;

    /** Statements told apart in a minute; further ones share one count. */
    static final int STATEMENTS_MAX = 1000;

    static final long MINUTE_MILLIS = 60_000;

    private static final String OURS = "suimon";

    private final Appender<ILoggingEvent> target;
    private final Map<String, Statement> statements = new LinkedHashMap<>();
    private long since;
    private @Nullable ScheduledFuture<?> flush;

    private static final class Statement {
        private final Set<String> said = new HashSet<>();
        private int more;
        private @Nullable ILoggingEvent last;
    }

    CalmLines(Appender<ILoggingEvent> target) {
        this.target = target;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getTimeStamp() - since >= MINUTE_MILLIS || event.getTimeStamp() < since) {
            endMinute();
            since = event.getTimeStamp();
        }
        boolean isOurs = event.getLoggerName().startsWith(OURS);
        String key = event.getLevel() + event.getLoggerName() + (isOurs ? event.getMessage() : "");
        if (statements.size() >= STATEMENTS_MAX && !statements.containsKey(key)) {
            key = "";
        }
        Statement statement = statements.computeIfAbsent(key, name -> new Statement());
        boolean isFull = statement.said.size() >= (isOurs ? LINES_MAX : 1);
        // Formatted now, while its arguments are what they were; the event remembers it.
        String text = event.getFormattedMessage();
        if (!isFull && statement.said.add(text)) {
            target.doAppend(event);
            return;
        }
        statement.more++;
        statement.last = event;
        if (flush == null) {
            flush = getContext().getScheduledExecutorService()
                    .schedule(this::flush, MINUTE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void stop() {
        flush();
        super.stop();
    }

    /** The minute is over although nothing more is said. */
    private synchronized void flush() {
        flush = null;
        endMinute();
    }

    private void endMinute() {
        Map<String, Statement> over = new HashMap<>(statements);
        statements.clear();
        over.values().forEach(this::count);
    }

    private void count(Statement statement) {
        ILoggingEvent last = statement.last;
        if (last == null) {
            return;
        }
        Logger logger = ((LoggerContext) getContext()).getLogger(last.getLoggerName());
        LoggingEvent line = new LoggingEvent("", logger, last.getLevel(),
                last.getFormattedMessage() + " (" + statement.more + " more like this within a minute)", null, null);
        line.setThreadName(last.getThreadName());
        line.setTimeStamp(last.getTimeStamp());
        target.doAppend(line);
    }
}
