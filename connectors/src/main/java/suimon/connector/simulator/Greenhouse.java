package suimon.connector.simulator;

import java.time.Instant;

/** The air of a greenhouse through day and night. A function of time alone. */
record Greenhouse(Noise noise) {
    /**
     * What the sensor shows.
     *
     * @param temperature in degrees Celsius
     * @param humidity relative humidity in percent
     */
    record Air(double temperature, double humidity) {}

    Air at(Instant time) {
        double phase = 2 * Math.PI * ((time.getEpochSecond() % 86_400) / 3600.0 - 5) / 24 + Math.PI / 2;
        double warmth = Math.cos(phase - Math.PI / 2);
        double temperature = 21 + 6.5 * warmth + noise.at("air", time, 0.08);
        double humidity = 74 - 16 * warmth + noise.at("humidity", time, 0.4);
        return new Air(round(temperature), round(Math.min(100, humidity)));
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
