package suimon.connector.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A fish pen as three boxes of water above each other. Oxygen follows light (production), warmth
 * (respiration of fish and water, doubling per 10 K), air (surface only), the tide (exchange with
 * the bay) and the {@link Story}. Plausible, not calibrated to any place.
 */
final class Pen {
    private static final Duration STEP_MAX = Duration.ofMinutes(1);
    private static final double HOUR = 3600;

    private final Story story;
    private final Noise noise;
    private final List<Box> boxes = List.of(new Box(2), new Box(5), new Box(8));
    private Instant now;

    /** Water at one depth. */
    private static final class Box {
        private final int depth;
        private double oxygen = 6.5;

        private Box(int depth) {
            this.depth = depth;
        }
    }

    /**
     * What the probe at one depth shows.
     *
     * @param depth in metres
     * @param oxygen dissolved oxygen in mg/L
     * @param temperature in degrees Celsius
     * @param salinity practical salinity, parts per thousand
     * @param chlorophyll in micrograms per litre
     */
    record Probe(int depth, double oxygen, double temperature, double salinity, double chlorophyll) {}

    Pen(Instant begin, Story story, Noise noise) {
        this.now = begin;
        this.story = story;
        this.noise = noise;
    }

    /** Lets time pass and reads all probes. */
    List<Probe> at(Instant time) {
        while (now.isBefore(time)) {
            Instant next = now.plus(STEP_MAX);
            Instant until = next.isAfter(time) ? time : next;
            double seconds = Duration.between(now, until).toMillis() / 1000.0;
            boxes.forEach(box -> advance(box, until, seconds));
            now = until;
        }
        return boxes.stream().map(box -> read(box, time)).toList();
    }

    private void advance(Box box, Instant time, double seconds) {
        double temperature = temperature(box.depth, time);
        double saturation = saturation(temperature, salinity(box.depth, time));
        double production = 0.55 * light(time) * Math.exp(-0.25 * box.depth) * chlorophyll(box.depth, time) / 3;
        double respiration = 0.1 * Math.pow(2, (temperature - 20) / 10);
        double air = box.depth <= 2 ? 0.25 * (saturation - box.oxygen) : 0;
        double tide = 0.12 * (1 + Math.cos(tidePhase(time)));
        double bay = saturation * 0.92 - 0.1 * box.depth;
        double change = (production - respiration + air + tide * (bay - box.oxygen)) / HOUR * seconds;
        box.oxygen = Math.max(0.2, Math.min(1.4 * saturation, box.oxygen + change));
        intrude(box, time, seconds);
    }

    /** Poor water from below: slowly while it creeps in, within two minutes when it pours. */
    private void intrude(Box box, Instant time, double seconds) {
        double reach = box.depth >= 8 ? 1 : box.depth >= 5 ? 0.8 : 0.3;
        double creep = story.creep(time);
        if (story.isPouring(time)) {
            approach(box, 2.1 + 3 * (1 - reach), seconds * story.speed() / 45);
        } else if (creep > 0) {
            approach(box, 6.5 - (6.5 - 3.6) * creep * reach, seconds / (2 * HOUR) * creep
                    + (time.isAfter(story.live()) ? seconds * story.speed() / 150 : 0));
        }
    }

    private static void approach(Box box, double target, double share) {
        box.oxygen += (target - box.oxygen) * (1 - Math.exp(-share));
    }

    private Probe read(Box box, Instant time) {
        String channel = "pen" + box.depth;
        return new Probe(box.depth,
                Math.max(0, box.oxygen + noise.at(channel + "o", time, 0.02)),
                temperature(box.depth, time) + noise.at(channel + "t", time, 0.01),
                salinity(box.depth, time) + noise.at(channel + "s", time, 0.02),
                Math.max(0, chlorophyll(box.depth, time) + noise.at(channel + "c", time, 0.05)));
    }

    /** Saturation in mg/L at sea level, roughly: 468 / (31.6 + T), lowered by salt. */
    static double saturation(double temperature, double salinity) {
        return 468 / (31.6 + temperature) * Math.exp(-0.0055 * salinity);
    }

    private static double temperature(int depth, Instant time) {
        return 24.5 - 0.18 * depth + 0.9 * Math.exp(-0.2 * depth) * Math.sin(dayPhase(time) - 2.4);
    }

    private static double salinity(int depth, Instant time) {
        return 31.8 + 0.12 * depth + 0.35 * Math.sin(tidePhase(time));
    }

    private static double chlorophyll(int depth, Instant time) {
        return 4.5 * Math.exp(-0.12 * depth) * (1 + 0.2 * Math.sin(dayPhase(time) - 2));
    }

    /** Light from 0 to 1; noon at 03:00 UTC, as in Japan. */
    private static double light(Instant time) {
        return Math.max(0, Math.sin(dayPhase(time) + Math.PI / 4));
    }

    private static double dayPhase(Instant time) {
        return 2 * Math.PI * (time.getEpochSecond() % 86_400) / 86_400;
    }

    /** The semidiurnal lunar tide M2: 12.4206 h. */
    private static double tidePhase(Instant time) {
        return 2 * Math.PI * time.getEpochSecond() / (12.4206 * HOUR);
    }
}
