package suimon.command;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import suimon.command.CommandDoor.Outcome;
import suimon.command.CommandDoor.Person;
import suimon.pipeline.CaptureJobs;
import suimon.store.CaptureJob;
import suimon.store.Commit;

/** Recordings that people plan and take back. Each method returns when that is on disk. Any thread. */
public final class RecordingDoor {
    private final CommandDoor door;
    private final CaptureJobs jobs;

    public RecordingDoor(CommandDoor door, CaptureJobs jobs) {
        this.door = door;
        this.jobs = jobs;
    }

    /** What became of a plan. */
    public sealed interface Planned {
        record Done(CaptureJob job, long sequence) implements Planned {}

        /** Nothing was changed; the reason is one line for a person. */
        record Refused(String reason) implements Planned {}
    }

    /** So many seconds from a moment on are to be recorded by these sensors. */
    public Planned plan(Person person, List<String> sensors, Instant start, int seconds) throws InterruptedException {
        return plan(person, sensors, start, seconds, id -> new Commit(List.of(), List.of()));
    }

    /** @param alongside gives, for the job's id, what is committed together with the plan, and only with it */
    Planned plan(
            Person person, List<String> sensors, Instant start, int seconds, Function<String, Commit> alongside)
            throws InterruptedException {
        if (!person.role().mayOperate()) {
            return refused(door.refuse(person, "capture-job", start.toString(), "the role " + person.role() + " may not"));
        }
        return switch (jobs.plan(person.name(), sensors, start, seconds, alongside)) {
            case CaptureJobs.Outcome.Done done -> new Planned.Done(done.job(), done.sequence());
            case CaptureJobs.Outcome.Refused refused -> new Planned.Refused(refused.reason());
        };
    }

    /** The recording is no longer wanted. */
    public Outcome cancel(Person person, String id) throws InterruptedException {
        if (!person.role().mayOperate()) {
            return door.refuse(person, "capture-job", id, "the role " + person.role() + " may not");
        }
        return switch (jobs.cancel(person.name(), id)) {
            case CaptureJobs.Outcome.Done done -> new Outcome.Done(done.sequence());
            case CaptureJobs.Outcome.Refused refused -> new Outcome.Refused(refused.reason());
        };
    }

    /** All, the latest start first. */
    public List<CaptureJob> jobs() {
        return jobs.jobs();
    }

    private static Planned refused(Outcome outcome) {
        return new Planned.Refused(outcome instanceof Outcome.Refused refused ? refused.reason() : "refused");
    }
}
