package suimon.connector.simulator;

import java.time.Instant;

/** A town's water main with two peaks a day, and a burst now and then. A function of time alone. */
record WaterMain(Story story, Noise noise) {
    /**
     * What the two transmitters show.
     *
     * @param pressure in kPa
     * @param flow in m3/h
     */
    record State(double pressure, double flow) {}

    State at(Instant time) {
        double hour = (time.getEpochSecond() % 86_400) / 3600.0 + 9;
        double demand = 42 + 30 * peak(hour, 7.5) + 36 * peak(hour, 19);
        double burst = story.burst(time);
        double flow = demand + 65 * burst + noise.at("flow", time, 0.8);
        double pressure = 385 - 0.9 * demand - 140 * burst + noise.at("pressure", time, 1.2);
        return new State(round(pressure), round(flow));
    }

    private static double peak(double hour, double centre) {
        double away = Math.abs((hour - centre + 36) % 24 - 12);
        return Math.exp(-away * away / 4.5);
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
