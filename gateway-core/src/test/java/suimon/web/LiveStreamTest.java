package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.Grade;

@Timeout(60)
class LiveStreamTest {
    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = Site.onLoopback(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aPageThatOpensGetsEverythingAndThenWhatChanges() throws Exception {
        site.measure(Site.SALINITY, "32.1", Grade.GOOD, Instant.now());

        try (EventStream stream = EventStream.open(site, "")) {
            EventStream.Received first = stream.next();
            site.measure(Site.OXYGEN, "3.7", Grade.GOOD, Instant.now());
            EventStream.Received second = stream.nextWith("3.7");

            assertThat(stream.response.headers().firstValue("Content-Type")).get().asString()
                    .startsWith("text/event-stream");
            assertThat(first.name()).isEqualTo("overview");
            assertThat(first.text()).contains("愛南 第三漁場", "pen1/temp", "listener");
            assertThat(second.name()).isEqualTo("series");
            assertThat(second.text()).doesNotContain("pen1/temp").contains("\"rule\":\"do-low\"");
        }
    }

    @Test
    void aPageThatComesBackGetsOnlyWhatItMissed() throws Exception {
        long seen = site.measure(Site.SALINITY, "32.1", Grade.GOOD, Instant.now());
        site.measure("pen1/temp", "24.5", Grade.GOOD, Instant.now());
        Await.that(() -> site.get("/api/v1/series").body(), body -> body.contains("24.5"), "the temperature");

        try (EventStream stream = EventStream.open(site, site.log.epoch() + ":" + seen)) {
            EventStream.Received first = stream.next();

            assertThat(first.name()).isEqualTo("series");
            assertThat(first.text()).contains("24.5").doesNotContain("32.1");
        }
    }

    @Test
    void aPageFromBeforeARestoreGetsEverything() throws Exception {
        site.measure(Site.SALINITY, "32.1", Grade.GOOD, Instant.now());

        try (EventStream stream = EventStream.open(site, "another-epoch:5")) {
            assertThat(stream.next().name()).isEqualTo("overview");
        }
    }

    @Test
    void aPageBeyondTheLimitIsToldToComeBackLater() throws Exception {
        List<EventStream> open = new ArrayList<>();
        try {
            for (int i = 0; i < LiveFeed.CLIENTS_MAX; i++) {
                open.add(EventStream.open(site, ""));
            }

            try (EventStream refused = EventStream.open(site, "")) {
                assertThat(refused.response.statusCode()).isEqualTo(503);
                assertThat(refused.response.headers().firstValue("Retry-After")).isPresent();
            }
        } finally {
            for (EventStream each : open) {
                each.close();
            }
        }
        Await.that(() -> site.get("/metrics").body(), body -> body.contains("suimon_pages 0\n"), "all pages gone");
    }

    @Test
    void aPageThatNeverReadsIsCutOffAndHoldsNoMemory() throws Exception {
        URI to = site.server.address();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress(to.getHost(), to.getPort()));
            socket.getOutputStream().write(("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            Await.that(() -> site.get("/metrics").body(), body -> body.contains("suimon_pages 1\n"), "the page is open");

            String big = "x".repeat(1_000_000);
            Await.that(() -> {
                site.note("pen1/note", big);
                return site.get("/metrics").body();
            }, body -> body.contains("suimon_pages 0\n"), "the page is cut off");
        }
    }
}
