package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import suimon.dataset.Dataset;
import suimon.dataset.Pull;
import suimon.store.StoreFailed;

/** The pull of readings for data teams; the rows are made by {@link Dataset} as the client reads. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Datasets {
    /** Pulls at once: each reads the disk that the readings are written to. */
    static final int PULLS_MAX = 2;
    static final String PATH = "/api/v1/dataset.csv.gz";
    // The log counts in nanoseconds of 64 bits, from 1678 to 2262.
    static final Instant EARLIEST = Instant.parse("1678-01-01T00:00:00Z");
    static final Instant LATEST = Instant.parse("2262-01-01T00:00:00Z");

    private final WebServer.Backstage backstage;
    private final Dataset dataset;
    private final Semaphore pulls = new Semaphore(PULLS_MAX);

    Datasets(WebServer.Backstage backstage) {
        this.backstage = backstage;
        this.dataset = new Dataset(backstage.log(), backstage.config().series());
    }

    /** What the columns and series of a pull mean. */
    @Get("/dataset.json")
    HttpResponse<String> guide() {
        return Reads.json(DatasetGuide.of(backstage));
    }

    @Get("/dataset.csv.gz")
    HttpResponse<?> pull(
            @Nullable @QueryValue String series, @Nullable @QueryValue String from, @Nullable @QueryValue String to,
            @QueryValue(defaultValue = "0") long after, @Nullable @QueryValue Long limit,
            @Nullable @QueryValue String calibrated) throws StoreFailed {
        return answer(dataset, PATH, pulls, new Asked(series, from, to, after, limit, calibrated));
    }

    /** The query of a pull, as it came. */
    record Asked(@Nullable String series, @Nullable String from, @Nullable String to, long after,
            @Nullable Long limit, @Nullable String calibrated) {}

    /** The rows, or why there are none; one permit of the semaphore is held until they are read. */
    static HttpResponse<?> answer(Dataset dataset, String path, Semaphore pulls, Asked asked) throws StoreFailed {
        Pull pull;
        try {
            pull = new Pull(names(asked.series), time("from", asked.from, EARLIEST), time("to", asked.to, LATEST),
                    asked.after, asked.limit == null ? Pull.ALL : asked.limit,
                    time("calibrated", asked.calibrated, Instant.MAX));
        } catch (IllegalArgumentException wrong) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        Set<String> unknown = dataset.unknown(pull.series());
        if (!unknown.isEmpty()) {
            return Guard.refuse(HttpStatus.NOT_FOUND, "there is no series " + String.join(", ", unknown));
        }
        if (!pulls.tryAcquire()) {
            return Guard.refuse(HttpStatus.TOO_MANY_REQUESTS, PULLS_MAX + " pulls are running; try again")
                    .header("Retry-After", "10");
        }
        return answer(dataset, path, pulls, pull);
    }

    /** Holds a permit, which the stream gives back when it is closed. */
    private static HttpResponse<?> answer(Dataset dataset, String path, Semaphore pulls, Pull pull)
            throws StoreFailed {
        boolean isStreaming = false;
        try {
            Dataset.Pulled pulled = dataset.pull(pull);
            Dataset.Plan plan = pulled.plan();
            InputStream rows = new Permitted(pulled.rows(), pulls);
            isStreaming = true;
            MutableHttpResponse<InputStream> response = HttpResponse.ok(rows)
                    .contentType("application/gzip")
                    .header("Content-Disposition", "attachment; filename=\"suimon.csv.gz\"")
                    .header("Suimon-Next-After", String.valueOf(plan.through()));
            return plan.isMore() ? response.header("Link", "<" + next(path, plan) + ">; rel=\"next\"") : response;
        } finally {
            if (!isStreaming) {
                pulls.release();
            }
        }
    }

    private static String next(String path, Dataset.Plan plan) {
        Pull pull = plan.pull();
        List<String> sorted = pull.series().stream().sorted().toList();
        String names = URLEncoder.encode(String.join(",", sorted), StandardCharsets.UTF_8);
        return path + "?after=" + plan.through() + "&limit=" + pull.limit() + (names.isEmpty() ? "" : "&series=" + names)
                + (pull.from().equals(EARLIEST) ? "" : "&from=" + pull.from())
                + (pull.to().equals(LATEST) ? "" : "&to=" + pull.to())
                + (pull.calibratedAsOf().equals(Instant.MAX) ? "" : "&calibrated=" + pull.calibratedAsOf());
    }

    private static Set<String> names(@Nullable String list) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : list == null ? new String[0] : list.split(",")) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }

    static Instant time(String what, @Nullable String text, Instant whenMissing) {
        if (text == null || text.isBlank()) {
            return whenMissing;
        }
        try {
            // A plus sign that was not escaped arrives as a space.
            Instant time = OffsetDateTime.parse(text.strip().replace(' ', '+')).toInstant();
            return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
        } catch (DateTimeParseException notATime) {
            throw new IllegalArgumentException(
                    what + " is '" + text + "', expected a time such as 2026-07-01T00:00:00Z", notATime);
        }
    }

    private static final class Permitted extends FilterInputStream {
        private final Semaphore permits;
        private final AtomicBoolean isHeld = new AtomicBoolean(true);

        Permitted(InputStream rows, Semaphore permits) {
            super(rows);
            this.permits = permits;
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (isHeld.getAndSet(false)) {
                permits.release();
            }
        }
    }
}
