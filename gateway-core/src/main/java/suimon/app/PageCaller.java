package suimon.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.dataset.JsonText;

/** What the command line asks of the page of a gateway that runs. */
final class PageCaller {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PageCaller() {}

    /** Posts the values as one JSON object of strings; without any it is a GET. */
    static HttpResponse<String> call(URI page, String path, @Nullable Map<String, String> values)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(page.resolve(path)).timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Origin", page.getScheme() + "://" + page.getRawAuthority());
        if (values != null) {
            String json = values.entrySet().stream()
                    .map(entry -> JsonText.of(entry.getKey()) + ":" + JsonText.of(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
            request.POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8));
        }
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
