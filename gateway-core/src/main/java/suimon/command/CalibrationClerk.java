package suimon.command;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.command.CalibrationForm.Pair;
import suimon.command.CalibrationForm.Wrong;
import suimon.pipeline.CalibrationDesk;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.CalibrationSheet.Method;
import suimon.reading.CalibrationSheet.Reference;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Unit;
import suimon.reading.Value;
import suimon.store.CalibrationBook;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.ObservationBook;
import suimon.store.StoreFailed;

/** Makes of a person's form the entries that the log takes. */
final class CalibrationClerk {
    /** A reading further from the reference in time says nothing about it. */
    static final Duration BESIDE_MAX = Duration.ofMinutes(10);
    /** Readings looked at beside a reference; of a faster series the earliest of them. */
    private static final int BESIDE_READINGS_MAX = 100_000;

    private final Log log;
    private final CalibrationDesk calibrations;

    CalibrationClerk(Log log, CalibrationDesk calibrations) {
        this.log = log;
        this.calibrations = calibrations;
    }

    private record Bottle(String series, Instant at, double value) {}

    /** The calibration last; before it the withdrawal of what it corrects at another moment. */
    List<Entry.Calibration> entries(CalibrationForm form, String by, Instant now) throws Wrong, StoreFailed {
        try (LogReader reader = log.reader()) {
            Entry.@Nullable Calibration before = before(form, reader);
            if (before != null && form.isWithdrawal()) {
                return List.of(withdrawal(before, by, form.note().strip(), now));
            }
            List<Bottle> bottles = bottles(form, reader);
            Series about = series(form, before, bottles);
            Instant from = form.time(now, before != null ? before.from()
                    : bottles.stream().map(Bottle::at).max(Instant::compareTo).orElse(now));
            List<Reference> references = references(form, about, bottles, from, reader);
            if (references.isEmpty() && form.coefficients().isBlank() && before != null) {
                references = before.sheet().references();
            }
            Entry.Calibration made = made(form, about, from, references, before, by, now);
            if (before == null || before.series() == made.series() && before.from().equals(made.from())) {
                return List.of(made);
            }
            return List.of(withdrawal(before, by, "", now), made);
        }
    }

    private Entry.@Nullable Calibration before(CalibrationForm form, LogReader reader) throws Wrong, StoreFailed {
        long sequence = form.correctsSequence();
        if (sequence == 0) {
            return null;
        }
        return CalibrationBook.read(reader).lines().stream()
                .filter(line -> line.sequence() == sequence && line.isCurrent())
                .map(CalibrationBook.Line::entry).findFirst().orElseThrow(() -> new Wrong("the calibration " + sequence
                        + " is not there or was replaced; look at the list again"));
    }

    private static List<Bottle> bottles(CalibrationForm form, LogReader reader) throws Wrong, StoreFailed {
        List<Bottle> bottles = new ArrayList<>();
        for (long sequence : form.bottleSequences()) {
            ObservationBook.Line line = ObservationBook.read(reader).stream()
                    .filter(one -> one.sequence() == sequence && one.isCurrent()).findFirst().orElse(null);
            if (line == null || !line.seen().what().equals("bottle")) {
                throw new Wrong("bottles: the observation " + sequence + " is no bottle, or was replaced");
            }
            bottles.add(new Bottle(line.seen().series(), line.seen().at(), line.seen().value().asDouble()));
        }
        return bottles;
    }

    private Series series(CalibrationForm form, Entry.@Nullable Calibration before, List<Bottle> bottles)
            throws Wrong {
        String name = form.series().strip();
        if (name.isEmpty() && before != null) {
            return log.series(before.series());
        }
        String wanted = name.isEmpty() && !bottles.isEmpty() ? bottles.getFirst().series() : name;
        for (Bottle bottle : bottles) {
            CalibrationForm.require(bottle.series().equals(wanted), "bottles: one of " + bottle.series()
                    + " says nothing about " + wanted);
        }
        return log.allSeries().stream().filter(one -> one.name().equals(wanted)).findFirst()
                .orElseThrow(() -> new Wrong("series: there is no series " + wanted));
    }

    private List<Reference> references(
            CalibrationForm form, Series about, List<Bottle> bottles, Instant from, LogReader reader)
            throws Wrong, StoreFailed {
        List<Pair> pairs = form.pairs();
        CalibrationForm.require(pairs.size() + bottles.size() <= CalibrationSheet.REFERENCES_MAX,
                "references: at most " + CalibrationSheet.REFERENCES_MAX);
        Calibration toUnit = Calibration.NONE;
        if (!form.unit().isBlank()) {
            try {
                toUnit = new Unit(form.unit().strip()).to(new Unit(about.unit())).orElseThrow(() -> new Wrong(
                        "unit: " + form.unit() + " can't be converted to " + about.unit() + " of " + about.name()));
            } catch (IllegalArgumentException notAUnit) {
                throw new Wrong("unit: " + notAUnit.getMessage());
            }
        }
        List<Reference> found = new ArrayList<>();
        for (Pair pair : pairs) {
            double raw = Double.isNaN(pair.raw()) ? beside(about, from, reader) : pair.raw();
            found.add(new Reference(raw, toUnit.apply(pair.reference())));
        }
        for (Bottle bottle : bottles) {
            found.add(new Reference(beside(about, bottle.at(), reader), bottle.value()));
        }
        return found;
    }

    /** What the sensor sent at that time. */
    private static double beside(Series about, Instant at, LogReader reader) throws Wrong, StoreFailed {
        Readings near = reader.readings(about.id(), Nanos.of(at.minus(BESIDE_MAX)), Nanos.of(at.plus(BESIDE_MAX)),
                BESIDE_READINGS_MAX);
        double nearest = Double.NaN;
        long away = Long.MAX_VALUE;
        for (int row = 0; row < near.size(); row++) {
            long distance = Math.abs(near.measured(row) - Nanos.of(at));
            boolean isNumber = !(near.value(row) instanceof Value.Text) && Double.isFinite(near.asDouble(row));
            if (isNumber && distance < away) {
                away = distance;
                nearest = near.asDouble(row);
            }
        }
        CalibrationForm.require(!Double.isNaN(nearest), "references: " + about.name() + " has no reading within "
                + BESIDE_MAX.toMinutes() + " minutes of " + at + "; give the raw value too, as raw:reference");
        return nearest;
    }

    private Entry.Calibration made(
            CalibrationForm form, Series about, Instant from, List<Reference> references,
            Entry.@Nullable Calibration before, String by, Instant now) throws Wrong {
        Calibration given = form.given();
        Method method = Method.COEFFICIENTS;
        Calibration curve = given;
        if (given == null && references.isEmpty() && before != null) {
            curve = before.curve();
            method = before.sheet().method();
        } else if (given == null) {
            CalibrationForm.require(!references.isEmpty(),
                    "a calibration takes coefficients, references or a bottle");
            int degree = form.degree(references.size());
            method = CalibrationForm.method(degree, references.size());
            curve = fitted(about, from, references, degree);
        }
        if (curve == null) {
            throw new IllegalStateException("no curve for " + form);
        }
        String note = form.note().isBlank() && before != null ? before.note() : form.note().strip();
        return new Entry.Calibration(about.id(), from, curve, by, note,
                new CalibrationSheet(method, now, about.unit(), references));
    }

    private Calibration fitted(Series about, Instant from, List<Reference> references, int degree) throws Wrong {
        try {
            if (degree == 0) {
                // What held before keeps its slope and goes through the references in the mean.
                Calibration held = calibrations.of(about.name()).history().at(Nanos.of(from) - 1);
                double missed = references.stream()
                        .mapToDouble(pair -> pair.reference() - held.apply(pair.raw())).average().orElse(0);
                return held.then(new Calibration(missed, 1));
            }
            Calibration curve = CalibrationFit.of(references, degree);
            double low = references.stream().mapToDouble(Reference::raw).min().orElse(0);
            double high = references.stream().mapToDouble(Reference::raw).max().orElse(0);
            CalibrationForm.require(CalibrationFit.isOneWay(curve, low, high), "references: a curve of degree " + degree
                    + " through them goes up and down; check the pairs or take a lower degree");
            return curve;
        } catch (IllegalArgumentException wrong) {
            throw new Wrong("references: " + wrong.getMessage());
        }
    }

    private static Entry.Calibration withdrawal(Entry.Calibration before, String by, String note, Instant now) {
        return new Entry.Calibration(before.series(), before.from(), Calibration.NONE, by, note,
                new CalibrationSheet(Method.WITHDRAWN, now, before.sheet().unit(), List.of()));
    }
}
