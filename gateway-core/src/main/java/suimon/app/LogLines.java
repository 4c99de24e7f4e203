package suimon.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the log looks: one line per state change on standard error; journald or the terminal adds
 * nothing to it. Set by code, because reading a file for it takes an XML parser and 450 classes at
 * every start. {@code SUIMON_LOG} and {@code SUIMON_MILO_LOG} (levels, as properties or in the
 * environment) change what is said; who names a {@code logback.configurationFile} gets that
 * instead. Called once, by Logback.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class LogLines extends ContextAwareBase implements Configurator {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n";

    /** For Logback, which finds it as a service. */
    public LogLines() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        CalmLines calm = new CalmLines(appender);
        calm.setContext(context);
        calm.setName("calm");
        calm.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(calm);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        Map<String, String> environment = System.getenv();
        context.getLogger("suimon").setLevel(level("SUIMON_LOG", environment, Level.INFO));
        // It prints stack traces at each failed attempt; the source says the same once, in one line.
        context.getLogger("org.eclipse.milo")
                .setLevel(level("SUIMON_MILO_LOG", environment, Level.OFF));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Says what was left out so far; at the end of the process. */
    static void end() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    private static Level level(String name, Map<String, String> environment, Level otherwise) {
        String word = System.getProperty(name, environment.getOrDefault(name, ""));
        return Level.toLevel(word, otherwise);
    }
}
