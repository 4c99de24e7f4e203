package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody fills the log from outside. */
class CalmLinesTest {
    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> target = new OutputStreamAppender<>();
    private final CalmLines lines = new CalmLines(target);

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%msg%n");
        encoder.start();
        target.setContext(context);
        target.setEncoder(encoder);
        target.setOutputStream(written);
        target.start();
        lines.setContext(context);
        lines.start();
    }

    @Test
    void theSameLineIsWrittenOnceAMinuteAndCounted() {
        for (int time = 0; time < 1000; time++) {
            say(time, "suimon.x.Admission", "client={} refused", "a");
        }
        say(CalmLines.MINUTE_MILLIS, "suimon.x.Admission", "client={} refused", "a");

        assertThat(texts()).containsExactly("client=a refused",
                "client=a refused (999 more like this within a minute)", "client=a refused");
    }

    @Test
    void aFloodOfDifferentLinesEndsAtItsLimitAndTheOthersAreStillHeard() {
        for (int client = 0; client < 1000; client++) {
            say(client, "suimon.x.Admission", "client={} refused", "c" + client);
        }
        say(1000, "suimon.x.Ingest", "source={} begins", "pens");
        lines.stop();

        assertThat(texts()).hasSize(CalmLines.LINES_MAX + 2)
                .contains("client=c0 refused", "source=pens begins", "client=c999 refused (970 more like this within a minute)");
    }

    @Test
    void aLibraryIsHeardOnceAMinuteAtEachLevel() {
        for (int time = 0; time < 50; time++) {
            say(time, "io.vertx.core.net.impl.ConnectionBase", "broken pipe {}", "" + time);
        }
        lines.stop();

        assertThat(texts()).containsExactly("broken pipe 0", "broken pipe 49 (49 more like this within a minute)");
    }

    @Test
    void countsStayBoundedWhateverIsSaid() {
        for (int number = 0; number < 3 * CalmLines.STATEMENTS_MAX; number++) {
            say(0, "suimon.x.Odd", "statement " + number, "");
        }
        lines.stop();

        assertThat(texts()).hasSizeLessThanOrEqualTo(CalmLines.STATEMENTS_MAX + CalmLines.LINES_MAX + 2);
    }

    private void say(long millis, String logger, String text, String argument) {
        LoggingEvent event = new LoggingEvent("", context.getLogger(logger), Level.WARN, text, null, new Object[] {argument});
        event.setTimeStamp(1_800_000_000_000L + millis);
        lines.doAppend(event);
    }

    private List<String> texts() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
