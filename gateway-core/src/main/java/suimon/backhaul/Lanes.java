package suimon.backhaul;

import java.util.List;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;

/**
 * Which lane carries what; the table of docs/frames.md in code. Pure.
 *
 * <p>P0 an alarm that has just become active; P1 every later step of an alarm, and the heartbeat;
 * P2 results, aggregates and whatever people and the gateway say about the data; P3 the readings
 * themselves and the grades that later values gave them, in the order of the log; P4 captures, which are
 * no entries of the log, by their numbers.
 */
final class Lanes {
    private static final List<Class<? extends Entry>> ALARMS = List.of(Entry.Alarm.class);
    private static final List<Class<? extends Entry>> RESULTS = List.of(
            Entry.SeriesDefined.class, Entry.Gap.class, Entry.Inference.class, Entry.Label.class,
            Entry.Observation.class, Entry.Aggregate.class, Entry.Calibration.class,
            Entry.ClockFix.class, Entry.Audit.class);

    private Lanes() {}

    /** Whether the lane carries the entry; of a batch, whether it carries some of its rows. */
    static boolean carries(Lane lane, Entry entry) {
        return switch (entry) {
            case Entry.Alarm alarm ->
                lane == (alarm.event().kind() == AlarmEvent.Kind.ACTIVATED ? Lane.P0 : Lane.P1);
            case Entry.SeriesDefined ignored -> lane == Lane.P2;
            case Entry.Gap ignored -> lane == Lane.P2;
            case Entry.Inference ignored -> lane == Lane.P2;
            case Entry.Label ignored -> lane == Lane.P2;
            case Entry.Observation ignored -> lane == Lane.P2;
            case Entry.Aggregate ignored -> lane == Lane.P2;
            case Entry.Calibration ignored -> lane == Lane.P2;
            case Entry.ClockFix ignored -> lane == Lane.P2;
            case Entry.Audit ignored -> lane == Lane.P2;
            case Entry.Batch ignored -> lane == Lane.P3;
            case Entry.Regrade ignored -> lane == Lane.P3;
            // What could not be decoded is for whoever repairs the sensor, at the box.
            case Entry.Reject ignored -> false;
        };
    }

    /** The kinds to look for; empty for P3, which walks the whole log, and P4, which walks the captures. */
    static List<Class<? extends Entry>> kindsOf(Lane lane) {
        return switch (lane) {
            case P0, P1 -> ALARMS;
            case P2 -> RESULTS;
            case P3, P4 -> List.of();
        };
    }

    /** The series number that an entry refers to; -1 when it refers to none. */
    static int seriesOf(Entry entry) {
        return switch (entry) {
            case Entry.Aggregate aggregate -> aggregate.series();
            case Entry.Calibration calibration -> calibration.series();
            case Entry.Regrade regrade -> regrade.series();
            case Entry.Alarm ignored -> -1;
            case Entry.Audit ignored -> -1;
            case Entry.Batch ignored -> -1;
            case Entry.ClockFix ignored -> -1;
            case Entry.Gap ignored -> -1;
            case Entry.Inference ignored -> -1;
            case Entry.Label ignored -> -1;
            case Entry.Observation ignored -> -1;
            case Entry.Reject ignored -> -1;
            case Entry.SeriesDefined ignored -> -1;
        };
    }

}
