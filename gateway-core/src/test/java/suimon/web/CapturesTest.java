package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.Capture;
import suimon.store.CaptureShelf;
import suimon.store.Commit;

class CapturesTest {
    private static final String HASH = "ab".repeat(32);

    @TempDir
    Path folder;

    @Test
    void capturesAreListedAndFetchedWholeOrInPart() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(3).nextBytes(bytes);
        try (Site site = Site.onLoopback(folder)) {
            CaptureShelf shelf = site.captures;
            shelf.take(new Capture(HASH, bytes.length, new Capture.Picture(Capture.Format.JPEG, 640, 480)), bytes,
                    "いけす\"1\"", "listener", Site.nanos(Instant.parse("2026-07-01T00:00:00Z")));
            CaptureShelf.Drained drained = shelf.drain(0);
            site.log.commit(new Commit(List.of(), drained.changes(), sequence -> drained.committed().run()));

            assertThat(site.get("/api/v1/captures").body()).contains("\"sensor\":\"いけす\\\"1\\\"\"",
                    "\"receivedAt\":\"2026-07-01T00:00:00Z\"", "\"width\":640", "\"samples\":null", "\"arrived\":1",
                    "\"nextBefore\":null");
            assertThat(site.get("/api/v1/captures?from=2026-07-02T00:00:00Z").body()).contains("\"captures\":[]");
            assertThat(site.get("/api/v1/captures?limit=0").statusCode()).isEqualTo(400);
            assertThat(site.get("/api/v1/captures.ndjson").body()).endsWith("}\n").contains(HASH + ".jpg");
            HttpResponse<byte[]> whole = fetch(site, "X-None", "-");
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(bytes);
            assertThat(whole.headers().firstValue("content-type")).hasValue("image/jpeg");
            assertThat(whole.headers().firstValueAsLong("content-length")).hasValue(300_000);
            HttpResponse<byte[]> part = fetch(site, "Range", "bytes=100-199");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 100, 200));
            assertThat(part.headers().firstValue("content-range")).hasValue("bytes 100-199/300000");
            assertThat(fetch(site, "Range", "bytes=-10").body())
                    .isEqualTo(java.util.Arrays.copyOfRange(bytes, 299_990, 300_000));
            assertThat(fetch(site, "Range", "bytes=300000-").statusCode()).isEqualTo(416);
            assertThat(fetch(site, "If-None-Match", '"' + HASH + '"').statusCode()).isEqualTo(304);
            assertThat(site.get("/api/v1/captures/" + "cd".repeat(32)).statusCode()).isEqualTo(404);
            assertThat(site.get("/api/v1/captures/..%2Flog.db").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<byte[]> fetch(Site site, String header, String value) throws Exception {
        return site.client.send(HttpRequest.newBuilder(site.uri("/api/v1/captures/" + HASH)).header(header, value)
                .build(), BodyHandlers.ofByteArray());
    }
}
