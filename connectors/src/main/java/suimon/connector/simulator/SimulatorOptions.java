package suimon.connector.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the simulator is told.
 *
 * @param mqttUrl such as {@code tcp://127.0.0.1:1883}
 * @param opcUaPort the port its OPC UA server listens on, on loopback
 * @param history how much of the past is delivered before going live
 * @param every the time between two live values
 * @param speed how much faster than the clock the live part's incidents run
 * @param seed of the noise
 */
public record SimulatorOptions(
        String mqttUrl, int opcUaPort, Duration history, Duration every, double speed, long seed) {
    static final String USAGE = """
            usage: SiteSimulator [--mqtt tcp://127.0.0.1:1883] [--opcua-port 4840] [--history-hours 72]
                                 [--every-millis 1000] [--speed 1] [--seed 1]""";

    public SimulatorOptions {
        if (every.toMillis() < 10 || history.isNegative() || !(speed > 0)) {
            throw new IllegalArgumentException(
                    "every at least 10 ms, history at least 0 and speed above 0\n" + USAGE);
        }
    }

    /** Throws IllegalArgumentException with the usage where the arguments are not understood. */
    static SimulatorOptions parse(String... arguments) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "--mqtt", "tcp://127.0.0.1:1883", "--opcua-port", "4840", "--history-hours", "72",
                "--every-millis", "1000", "--speed", "1", "--seed", "1"));
        for (int index = 0; index < arguments.length; index += 2) {
            if (!values.containsKey(arguments[index]) || index + 1 == arguments.length) {
                throw new IllegalArgumentException("not understood: " + arguments[index] + "\n" + USAGE);
            }
            values.put(arguments[index], arguments[index + 1]);
        }
        try {
            return new SimulatorOptions(values.getOrDefault("--mqtt", ""), number(values, "--opcua-port").intValue(),
                    Duration.ofMinutes(Math.round(60 * number(values, "--history-hours"))),
                    Duration.ofMillis(number(values, "--every-millis").longValue()),
                    number(values, "--speed"), number(values, "--seed").longValue());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number expected: " + e.getMessage() + "\n" + USAGE, e);
        }
    }

    private static Double number(Map<String, String> values, String key) {
        return Double.valueOf(values.getOrDefault(key, "0"));
    }
}
