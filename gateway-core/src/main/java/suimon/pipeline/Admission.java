package suimon.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.quality.SeriesGrader;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.Change;
import suimon.store.Repeats;

/**
 * One reading's way into the commit that is pending: repeats counted, calibrated, graded, shown to
 * rules and models, and what is derived from it. Used by the ingest thread.
 */
final class Admission {
    private static final long MILLI_NANOS = 1_000_000L;

    private final Ingest.Parts parts;
    private final Pending pending;
    private final Derivations derivations;
    private final CompanionDesk companions;
    private final DriftDesk drifts;
    private @Nullable String refused;
    private String source = "";

    Admission(Ingest.Parts parts, Pending pending) {
        this.parts = parts;
        this.pending = pending;
        derivations = new Derivations(parts.desk().configs());
        companions = new CompanionDesk(parts.desk().configs());
        drifts = new DriftDesk(parts.desk().configs(), parts.log().kept(DriftDesk.OWNER));
    }

    /** Who delivers what is added next; empty for what the gateway works out itself. */
    void from(String deliverer) {
        source = deliverer;
    }

    /** A reading that comes a second time is counted and not stored. */
    void repeated(SeriesLabel label) {
        SeriesDesk.Desk desk = parts.desk().find(label);
        if (desk != null) {
            desk.decoded++;
            desk.repeated++;
            pending.touched(desk);
        }
    }

    /** Times are nanoseconds since the epoch; the status is an OPC UA StatusCode. */
    void add(String name, Value value, long measured, long received, int status, TimeOrigin origin) {
        add(parts.desk().find(name), name, value, measured, received, status, origin);
    }

    /** The same under a label. */
    void add(SeriesLabel label, Value value, long measured, long received, int status, TimeOrigin origin) {
        add(parts.desk().find(label), label.name(), value, measured, received, status, origin);
    }

    private void add(
            SeriesDesk.@Nullable Desk desk, String name, Value value, long measured, long received, int status,
            TimeOrigin origin) {
        if (desk == null) {
            refused = name;
            return;
        }
        int series = desk.series.id();
        desk.decoded++;
        pending.touched(desk);
        if (parts.repeats().judge(series, measured, value, status) == Repeats.Outcome.REPEAT) {
            desk.repeated++;
            return;
        }
        desk.stored++;
        if (origin == TimeOrigin.SOURCE && !source.isEmpty()) {
            desk.delay.add(source, received - measured);
        }
        double calibrated = desk.calibration.apply(value.asDouble(), measured);
        Grade grade = grade(desk, value, calibrated, measured, received, status);
        int tests = grade.isUsable() || isUngraded(value) ? 0 : desk.grader.tests();
        // Limits are watched all the same: an alarm must not fall silent because the sensor needs cleaning.
        Grade watched = grade;
        if (!drifts.isEmpty() && !isUngraded(value) && isDrifting(name, calibrated, measured, received, grade)) {
            grade = Grade.SUSPECT;
            tests |= QualityTest.DRIFT.bit();
        }
        // Nobody asks for more than milliseconds of the way here, and they take half the bytes.
        long kept = measured == received ? received : received - Math.floorMod(received, MILLI_NANOS);
        pending.readings.add(series, measured, kept, value, grade, status, origin);
        if (tests != 0) {
            pending.readings.because(tests);
        }
        pending.size++;
        parts.preview().add(series, measured, received, calibrated, grade.isUsable());
        if (parts.alarms().watches(series)) {
            parts.alarms().observe(series, calibrated, watched, measured, received);
        }
        if (!companions.isEmpty() && !isUngraded(value)) {
            companions.observe(name, calibrated, measured, grade, tests);
        }
        if (!derivations.isEmpty()) {
            derivations.observe(name, calibrated, measured, received, grade, origin);
        }
    }

    private boolean isDrifting(String name, double calibrated, long measured, long received, Grade grade) {
        return drifts.observe(name, calibrated, measured, grade, parts.alarms(), received)
                && grade != Grade.MISSING && grade != Grade.FAIL;
    }

    /** The last series since the last question that was one too many; null when there was none. */
    @Nullable String takeRefused() {
        String taken = refused;
        refused = null;
        return taken;
    }

    /** The deliveries of a turn are in: what can be computed from them is. */
    void derive() {
        if (!derivations.isEmpty()) {
            from("");
            derivations.compute(this::add);
        }
        if (!companions.isEmpty()) {
            companions.decide((name, measured, grade, tests) -> {
                SeriesDesk.Desk desk = parts.desk().find(name);
                if (desk != null) {
                    regrade(desk, measured, grade, QualityTest.names(tests));
                }
            });
        }
    }

    /** What is to be kept beside the readings. */
    List<Change> changes() {
        return drifts.changes();
    }

    private static boolean isUngraded(Value value) {
        return value instanceof Value.Text || value instanceof Value.Bool;
    }

    private Grade grade(
            SeriesDesk.Desk desk, Value value, double calibrated, long measured, long received, int status) {
        if (isUngraded(value)) {
            return Grade.ofStatus(status);
        }
        SeriesGrader grader = desk.grader;
        Grade grade = grader.grade(calibrated, measured, received, Grade.ofStatus(status));
        // What only becomes good is written at sealing: it would cost an entry for each reading.
        if (grader.regradesPrevious() && !grader.previousGrade().isUsable()) {
            CompanionDesk.Later later = companions.joined(desk.series.name(), grader.previousMeasured(),
                    grader.previousGrade(), grader.previousTests());
            regrade(desk, grader.previousMeasured(), later.grade(), QualityTest.names(later.tests()));
        }
        return grade;
    }

    private void regrade(SeriesDesk.Desk desk, long measured, Grade grade, String test) {
        pending.entries.add(new Entry.Regrade(desk.series.id(), measured, grade, test));
        parts.preview().remove(desk.series.id(), measured);
        for (String name : derivations.ledBy(desk.series.name())) {
            SeriesDesk.Desk derived = parts.desk().find(name);
            if (derived != null) {
                regrade(derived, measured, grade, test);
            }
        }
    }
}
