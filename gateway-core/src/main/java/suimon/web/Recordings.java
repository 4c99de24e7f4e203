package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import suimon.command.CommandDoor.Person;
import suimon.command.RecordingDoor;
import suimon.reading.Nanos;
import suimon.store.CaptureJob;

/** Recordings that loggers are asked for: planned, listed, taken back. */
@Controller("/api/v1/capture-jobs")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Recordings {
    private final @Nullable RecordingDoor door;

    Recordings(WebServer.Backstage backstage) {
        door = backstage.recordings();
    }

    /** The list. */
    record JobsNow(List<JobNow> jobs) {}

    /**
     * One recording.
     *
     * @param received sensors that sent all that is wanted
     * @param of sensors asked
     * @param worstPairSyncErrorNanos how far two of the recordings can be apart; null while not known
     */
    record JobNow(
            String job, CaptureJob.State state, Instant startAt, Instant endAt, int seconds, String by, Instant plannedAt,
            int received, int of, @Nullable Long worstPairSyncErrorNanos, double togetherSeconds,
            List<SensorNow> sensors) {}

    /** What one sensor sent. */
    record SensorNow(
            String sensor, int blocks, double seconds, boolean whole, @Nullable Instant firstAt, @Nullable Instant lastAt,
            @Nullable Long syncErrorNanos) {}

    /** What planning came to. */
    record PlannedNow(String job, long sequence) {}

    @Get
    HttpResponse<?> list() {
        RecordingDoor open = door;
        return Reads.json(new JobsNow(open == null ? List.of() : open.jobs().stream().map(Recordings::now).toList()));
    }

    @Post
    HttpResponse<?> plan(HttpRequest<?> request, @Body Map<String, String> body) throws InterruptedException {
        RecordingDoor open = door;
        if (open == null) {
            return Guard.refuse(HttpStatus.CONFLICT, "this gateway keeps no captures");
        }
        List<String> sensors = Stream.of(Writes.text(body, "sensors").split(",", -1)).map(String::strip)
                .filter(name -> !name.isEmpty()).toList();
        String seconds = Writes.text(body, "seconds");
        if (!seconds.matches("\\d{1,6}")) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "seconds: expected a whole number such as 60");
        }
        Instant start;
        try {
            start = OffsetDateTime.parse(Writes.text(body, "start").strip()).toInstant();
        } catch (DateTimeException notATime) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "start: expected a time such as 2026-11-24T02:30:00Z");
        }
        return switch (open.plan(Writes.person(request), sensors, start, Integer.parseInt(seconds))) {
            case RecordingDoor.Planned.Done done -> Reads.json(new PlannedNow(done.job().id(), done.sequence()));
            case RecordingDoor.Planned.Refused refused -> Guard.refuse(HttpStatus.CONFLICT, refused.reason());
        };
    }

    @Post("/cancel")
    HttpResponse<?> cancel(HttpRequest<?> request, @Body Map<String, String> body) throws InterruptedException {
        RecordingDoor open = door;
        Person person = Writes.person(request);
        return open == null ? Guard.refuse(HttpStatus.CONFLICT, "this gateway keeps no captures")
                : Writes.answer(open.cancel(person, Writes.text(body, "job")));
    }

    private static JobNow now(CaptureJob job) {
        return new JobNow(job.id(), job.state(), Nanos.toInstant(job.startNanos()), Nanos.toInstant(job.endNanos()),
                job.seconds(), job.by(), Nanos.toInstant(job.plannedNanos()), job.whole(), job.answers().size(),
                known(job.worstPairNanos()), job.togetherNanos() / 1e9,
                job.answers().stream().map(answer -> now(job, answer)).toList());
    }

    private static SensorNow now(CaptureJob job, CaptureJob.Answer answer) {
        boolean isThere = answer.blocks() > 0;
        return new SensorNow(answer.sensor(), answer.blocks(), answer.coveredNanos() / 1e9, job.isWhole(answer),
                isThere ? Nanos.toInstant(answer.firstNanos()) : null, isThere ? Nanos.toInstant(answer.lastNanos()) : null,
                known(answer.syncErrorNanos()));
    }

    private static @Nullable Long known(long nanos) {
        return nanos < 0 ? null : nanos;
    }
}
