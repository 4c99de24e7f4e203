package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.command.CalibrationForm;
import suimon.dataset.CalibrationManifest;
import suimon.store.CalibrationBook;
import suimon.store.CalibrationDue;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/** Calibrations: those in force, everything that was ever said, and new ones. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Calibrations {
    private static final int LIMIT_MAX = 1000;

    private final WebServer.Backstage backstage;

    Calibrations(WebServer.Backstage backstage) {
        this.backstage = backstage;
    }

    /** Those that count, the newest entry first. */
    @Get("/calibrations")
    HttpResponse<?> current(@Nullable @QueryValue String series, @QueryValue(defaultValue = "100") int limit)
            throws StoreFailed {
        if (limit < 1 || limit > LIMIT_MAX) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "limit is " + limit + ", expected 1 to " + LIMIT_MAX);
        }
        CalibrationBook book = book();
        Predicate<CalibrationBook.Line> isWanted = line -> line.isCurrent()
                && (series == null || series.equals(nameOf(line)));
        return HttpResponse.ok("{\"calibrations\":[" + book.lines().reversed().stream().filter(isWanted).limit(limit)
                        .map(line -> CalibrationManifest.line(book, line, backstage.log().series(line.entry().series())))
                        .collect(Collectors.joining(",")) + "],\"due\":[" + due(book).stream()
                        .filter(due -> series == null || series.equals(due.series()))
                        .map(CalibrationManifest::due).collect(Collectors.joining(",")) + "]}")
                .contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    /** All entries in the order of the log, replaced and withdrawn ones too. */
    @Get("/calibrations.ndjson")
    HttpResponse<?> export() throws StoreFailed {
        CalibrationBook book = book();
        return HttpResponse.ok(book.lines().stream()
                        .map(line -> CalibrationManifest.line(book, line, backstage.log().series(line.entry().series()))
                                + "\n").collect(Collectors.joining()))
                .contentType("application/x-ndjson; charset=utf-8");
    }

    /** The same as the table that the column {@code calibration} of the dataset points into. */
    @Get("/calibrations.csv")
    HttpResponse<?> table() throws StoreFailed {
        CalibrationBook book = book();
        return HttpResponse.ok(CalibrationManifest.CSV_HEADER + book.lines().stream()
                        .map(line -> CalibrationManifest.row(book, line, backstage.log().series(line.entry().series())))
                        .collect(Collectors.joining()))
                .contentType("text/csv; charset=utf-8");
    }

    @Post("/calibrations")
    HttpResponse<?> calibrate(HttpRequest<?> request, @Body Map<String, Object> body)
            throws InterruptedException, StoreFailed {
        return Writes.answer(backstage.door().calibrate(Writes.person(request), new CalibrationForm(
                text(body, "series"), text(body, "from"), text(body, "coefficients"), text(body, "references"),
                text(body, "unit"), text(body, "degree"), text(body, "note"), text(body, "bottles"),
                text(body, "corrects"))));
    }

    private CalibrationBook book() throws StoreFailed {
        try (LogReader reader = backstage.log().reader()) {
            return CalibrationBook.read(reader);
        }
    }

    private List<CalibrationDue> due(CalibrationBook book) {
        return CalibrationDue.all(backstage.config().series(), book, id -> backstage.log().series(id).name(),
                backstage.clock().instant());
    }

    private String nameOf(CalibrationBook.Line line) {
        return backstage.log().series(line.entry().series()).name();
    }

    /** Text as it is; numbers as text; a list with spaces, and a pair in a list as {@code raw:reference}. */
    private static String text(Map<String, Object> body, String key) {
        return switch (body.get(key)) {
            case null -> "";
            case List<?> list -> cut(list.stream().map(each -> each instanceof List<?> pair
                    ? pair.stream().map(String::valueOf).collect(Collectors.joining(":")) : String.valueOf(each))
                    .collect(Collectors.joining(" ")));
            case Object other -> cut(String.valueOf(other));
        };
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), Writes.TEXT_MAX));
    }
}
