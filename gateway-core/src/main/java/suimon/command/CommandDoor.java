package suimon.command;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import suimon.access.Role;
import suimon.pipeline.Alarms;
import suimon.pipeline.CalibrationDesk;
import suimon.reading.Entry;
import suimon.reading.Series;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.ObservationBook;
import suimon.store.StoreFailed;

/** Changes what people may change. Each method returns when the change is on disk. Any thread. */
public final class CommandDoor {
    /** A longer note is refused. */
    public static final int NOTE_CHARACTERS_MAX = 2000;

    private static final Commit NOTHING = new Commit(List.of(), List.of());

    private final Log log;
    private final Alarms alarms;
    private final Clock clock;
    private final CalibrationDesk calibrations;
    private final CalibrationClerk clerk;
    private final Object calibrating = new Object();

    /** Who asks. */
    public record Person(String name, Role role) {}

    /** How it ended. */
    public sealed interface Outcome {
        /** On disk under this sequence. */
        record Done(long sequence) implements Outcome {}

        /** Nothing was changed; the reason is one line for a person. */
        record Refused(String reason) implements Outcome {}
    }

    public CommandDoor(Log log, Alarms alarms, Clock clock, CalibrationDesk calibrations) {
        this.log = log;
        this.alarms = alarms;
        this.clock = clock;
        this.calibrations = calibrations;
        clerk = new CalibrationClerk(log, calibrations);
    }

    /** The person has seen the alarm. */
    public Outcome acknowledge(Person person, String occurrence) throws InterruptedException {
        return acknowledge(person, occurrence, NOTHING);
    }

    /** @param alongside what is committed together with it, and only with it */
    Outcome acknowledge(Person person, String occurrence, Commit alongside) throws InterruptedException {
        if (!person.role().mayOperate()) {
            return refuse(person, "acknowledge", occurrence, "the role " + person.role() + " may not");
        }
        CompletableFuture<Long> done = new CompletableFuture<>();
        synchronized (alarms) {
            if (!alarms.acknowledge(occurrence, person.name(), clock.instant())) {
                return new Outcome.Refused(alarms.knows(occurrence)
                        ? "already acknowledged" : "no such alarm: " + occurrence);
            }
            Alarms.Outcome changed = alarms.drain();
            List<Entry> entries = new ArrayList<>(changed.entries());
            entries.add(audit(person, "acknowledge", occurrence, "done"));
            entries.addAll(alongside.entries());
            List<Change> changes = new ArrayList<>(changed.changes());
            changes.addAll(alongside.changes());
            log.submit(new Commit(entries, changes, done::complete));
        }
        return await(done);
    }

    /** The person says whether the alarm was right. */
    public Outcome label(Person person, String occurrence, Entry.Verdict verdict, String note)
            throws InterruptedException {
        if (!person.role().mayOperate()) {
            return refuse(person, "label", occurrence, "the role " + person.role() + " may not");
        }
        if (note.length() > NOTE_CHARACTERS_MAX) {
            return new Outcome.Refused("a note of " + note.length() + " characters, at most " + NOTE_CHARACTERS_MAX);
        }
        Instant now = clock.instant();
        Entry label = new Entry.Label(occurrence, verdict, person.name(), now, note);
        return new Outcome.Done(log.commit(new Commit(
                List.of(label, audit(person, "label", occurrence, verdict.name())), List.<Change>of())));
    }

    /**
     * The person saw something. A correction is a new entry for the same thing, place and time, which
     * counts from then on; where it is about another, what was said before is withdrawn beside it.
     */
    public Outcome observe(Person person, Observed observed) throws InterruptedException, StoreFailed {
        if (!person.role().mayOperate()) {
            return refuse(person, "observe", observed.kind(), "the role " + person.role() + " may not");
        }
        if (observed.note().length() > NOTE_CHARACTERS_MAX) {
            return new Outcome.Refused("a note of " + observed.note().length() + " characters, at most "
                    + NOTE_CHARACTERS_MAX);
        }
        Entry.Observation before = observed.corrects() > 0 ? current(observed.corrects()) : null;
        if (observed.corrects() > 0 && before == null) {
            return new Outcome.Refused("the observation " + observed.corrects()
                    + " is not there or was replaced; look at the list again");
        }
        List<Entry> entries = new ArrayList<>();
        try {
            Entry.Observation seen = before != null && observed.isWithdrawal()
                    ? ObservationBook.withdrawal(before, person.name())
                    : observed.read(person.name(), clock.instant(), before, this::unitOf);
            if (before != null && !isAboutTheSame(before, seen)) {
                entries.add(ObservationBook.withdrawal(before, person.name()));
            }
            entries.add(audit(person, "observe", seen.what() + " " + seen.series(),
                    before == null ? "done" : "corrects " + observed.corrects()));
            entries.add(seen);
        } catch (Observed.Wrong wrong) {
            return new Outcome.Refused(String.valueOf(wrong.getMessage()));
        }
        return new Outcome.Done(log.commit(new Commit(entries, List.of())));
    }

    /**
     * The person calibrated a series. Readings from that moment on are read by it, those that are
     * stored too; a correction is a new entry, which counts from then on.
     */
    public Outcome calibrate(Person person, CalibrationForm form) throws InterruptedException, StoreFailed {
        if (!person.role().mayOperate()) {
            return refuse(person, "calibrate", form.series(), "the role " + person.role() + " may not");
        }
        if (form.note().length() > NOTE_CHARACTERS_MAX) {
            return new Outcome.Refused("a note of " + form.note().length() + " characters, at most "
                    + NOTE_CHARACTERS_MAX);
        }
        synchronized (calibrating) {
            try {
                List<Entry.Calibration> made = clerk.entries(form, person.name(), clock.instant());
                Entry.Calibration last = made.getLast();
                List<Entry> entries = new ArrayList<>();
                entries.add(audit(person, "calibrate", log.series(last.series()).name(), last.sheet().method()
                        + " from " + last.from() + (form.corrects().isBlank() ? "" : " corrects " + form.corrects())));
                entries.addAll(made);
                long sequence = log.commit(new Commit(entries, List.of()));
                for (int index = 0; index < made.size(); index++) {
                    Entry.Calibration each = made.get(index);
                    calibrations.take(log.series(each.series()), sequence - made.size() + 1 + index, each);
                }
                return new Outcome.Done(sequence);
            } catch (CalibrationForm.Wrong wrong) {
                return new Outcome.Refused(String.valueOf(wrong.getMessage()));
            }
        }
    }

    private Entry.@Nullable Observation current(long sequence) throws StoreFailed {
        try (LogReader reader = log.reader()) {
            return ObservationBook.read(reader).stream()
                    .filter(line -> line.sequence() == sequence && line.isCurrent())
                    .map(ObservationBook.Line::seen).findFirst().orElse(null);
        }
    }

    private static boolean isAboutTheSame(Entry.Observation one, Entry.Observation other) {
        return one.what().equals(other.what()) && one.series().equals(other.series()) && one.at().equals(other.at());
    }

    private @Nullable String unitOf(String series) {
        return log.allSeries().stream().filter(one -> one.name().equals(series)).map(Series::unit).findFirst()
                .orElse(null);
    }

    /** Something was tried that the role does not allow: that too is in the audit. */
    Outcome refuse(Person person, String action, String target, String reason)
            throws InterruptedException {
        log.commit(new Commit(List.of(audit(person, action, target, "refused: " + reason)), List.of()));
        return new Outcome.Refused(reason);
    }

    private Entry audit(Person person, String action, String target, String outcome) {
        return new Entry.Audit(person.name(), action, target, outcome, clock.instant());
    }

    private static Outcome await(CompletableFuture<Long> done) throws InterruptedException {
        try {
            return new Outcome.Done(done.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a commit was not answered", e);
        }
    }
}
