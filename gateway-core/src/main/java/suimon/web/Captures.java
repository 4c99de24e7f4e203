package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.server.types.files.StreamedFile;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.dataset.CaptureManifest;
import suimon.store.CaptureBook;
import suimon.store.CaptureShelf;
import suimon.store.StoredCapture;

/** Recordings and pictures: the list, the manifest for data teams, and the bytes, whole or in part. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Captures {
    private static final int LIMIT_MAX = 1000;

    private final @Nullable CaptureShelf shelf;

    Captures(WebServer.Backstage backstage) {
        this.shelf = backstage.captures();
    }

    @Get("/captures")
    HttpResponse<?> list(
            @Nullable @QueryValue String sensor, @Nullable @QueryValue String from, @Nullable @QueryValue String to,
            @Nullable @QueryValue Long before, @QueryValue(defaultValue = "100") int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "limit is " + limit + ", expected 1 to " + LIMIT_MAX);
        }
        Predicate<StoredCapture> wanted;
        try {
            wanted = wanted(sensor, from, to);
        } catch (IllegalArgumentException wrong) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        List<StoredCapture> found = find(before == null ? Long.MAX_VALUE : before, limit, wanted);
        CaptureBook book = shelf == null ? CaptureBook.EMPTY : shelf.book();
        String next = found.size() < limit ? "null" : String.valueOf(found.getLast().number());
        return HttpResponse.ok("{\"captures\":[" + found.stream().map(CaptureManifest::line)
                        .collect(Collectors.joining(",")) + "],\"nextBefore\":" + next
                        + ",\"book\":{\"arrived\":" + book.arrived() + ",\"repeated\":" + book.repeated()
                        + ",\"removed\":" + book.removed() + ",\"lost\":" + book.lost() + "},\"kept\":"
                        + (shelf == null ? 0 : shelf.size()) + ",\"bytes\":" + (shelf == null ? 0 : shelf.bytes())
                        + "}")
                .contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    /** One line for each capture, the newest first: the manifest of a pull of captures. */
    @Get("/captures.ndjson")
    HttpResponse<?> manifest(
            @Nullable @QueryValue String sensor, @Nullable @QueryValue String from, @Nullable @QueryValue String to) {
        try {
            return HttpResponse.ok(find(Long.MAX_VALUE, CaptureShelf.CAPTURES_MAX, wanted(sensor, from, to)).stream()
                            .map(row -> CaptureManifest.line(row) + "\n").collect(Collectors.joining()))
                    .contentType("application/x-ndjson; charset=utf-8");
        } catch (IllegalArgumentException wrong) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
    }

    @Get("/captures/{sha256}")
    HttpResponse<?> bytes(
            @PathVariable String sha256, @Nullable @Header(HttpHeaders.RANGE) String range,
            @Nullable @Header(HttpHeaders.IF_RANGE) String ifRange,
            @Nullable @Header(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) throws IOException {
        StoredCapture row = shelf == null ? null : shelf.find(sha256);
        if (shelf == null || row == null) {
            return Guard.refuse(HttpStatus.NOT_FOUND, "there is no capture " + sha256);
        }
        String tag = '"' + sha256 + '"';
        if (tag.equals(ifNoneMatch)) {
            return head(HttpResponse.notModified(), row, tag);
        }
        long size = row.capture().bytes();
        ByteRange part = ifRange == null || ifRange.equals(tag) ? ByteRange.of(range, size) : ByteRange.whole(size);
        if (part == null) {
            return Guard.refuse(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, range + " is not in " + size + " bytes")
                    .header(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
        }
        try {
            StreamedFile body = new StreamedFile(part.of(Files.newInputStream(shelf.file(row))),
                    MediaType.of(CaptureManifest.contentType(row.capture())), 0, part.length());
            MutableHttpResponse<?> response = head(HttpResponse.ok(body), row, tag);
            return part.isWhole(size) ? response : response.status(HttpStatus.PARTIAL_CONTENT)
                    .header(HttpHeaders.CONTENT_RANGE, "bytes " + part.from() + "-" + part.last() + "/" + size);
        } catch (NoSuchFileException removed) {
            return Guard.refuse(HttpStatus.NOT_FOUND, "the capture " + sha256 + " was just removed");
        }
    }

    private List<StoredCapture> find(long before, int limit, Predicate<StoredCapture> wanted) {
        return shelf == null ? List.of() : shelf.newest(before, limit, wanted);
    }

    private static MutableHttpResponse<?> head(MutableHttpResponse<?> response, StoredCapture row, String tag) {
        // The name is the content's: what was fetched once never changes.
        return response.header(HttpHeaders.ETAG, tag).header(HttpHeaders.ACCEPT_RANGES, "bytes")
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable")
                .header(HttpHeaders.CONTENT_DISPOSITION,
                        "inline; filename=\"" + CaptureManifest.fileName(row.capture()) + '"');
    }

    private static Predicate<StoredCapture> wanted(
            @Nullable String sensor, @Nullable String from, @Nullable String to) {
        Instant earliest = time("from", from, Instant.MIN);
        Instant latest = time("to", to, Instant.MAX);
        return row -> {
            Instant received = Instant.ofEpochSecond(0, row.firstNanos());
            return (sensor == null || sensor.equals(row.sensor()))
                    && !received.isBefore(earliest) && received.isBefore(latest);
        };
    }

    private static Instant time(String what, @Nullable String text, Instant whenMissing) {
        if (text == null || text.isBlank()) {
            return whenMissing;
        }
        try {
            return OffsetDateTime.parse(text.strip().replace(' ', '+')).toInstant();
        } catch (DateTimeParseException notATime) {
            throw new IllegalArgumentException(
                    what + " is '" + text + "', expected a time such as 2026-07-01T00:00:00Z", notATime);
        }
    }
}
