package suimon.app;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.GatewayConfig;
import suimon.config.WebConfig;
import suimon.dataset.JsonText;

/** What the command line asks of the page of a gateway that runs. */
final class PageCaller {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PageCaller() {}

    /**
     * Asks the gateway of that configuration, which runs on this machine, and prints the answer.
     *
     * @param command what to call oneself, such as suimon capture
     * @return the exit status
     */
    static int ask(String command, Path file, String path, @Nullable Map<String, String> values)
            throws InterruptedException {
        GatewayConfig config;
        try {
            config = ConfigFile.gateway(file, new Installation().kinds());
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        }
        return ask(command, file, config.web(), path, values);
    }

    /** The same of the page at that address. */
    static int ask(String command, Path file, WebConfig web, String path, @Nullable Map<String, String> values)
            throws InterruptedException {
        String page = "http://" + web.address() + ":" + web.port();
        if (!web.address().equals("127.0.0.1") && !web.address().equals("localhost")) {
            System.err.println(command + ": the page asks for a login; do it there, or with curl -u NAME --cacert"
                    + " CERTIFICATE " + page.replace("http:", "https:") + path + " as docs/api.md says");
            return Suimon.EXIT_USAGE;
        }
        try {
            HttpResponse<String> answer = call(URI.create(page), path, values);
            boolean isDone = answer.statusCode() == 200;
            (isDone ? System.out : System.err).println(answer.body());
            return isDone ? 0 : Suimon.EXIT_FAILED;
        } catch (ConnectException nobody) {
            System.err.println(command + ": nobody answers at " + page + "; is it running with " + file + "?");
            return Suimon.EXIT_FAILED;
        } catch (IOException failed) {
            System.err.println(command + ": " + page + ": " + failed.getMessage());
            return Suimon.EXIT_FAILED;
        }
    }

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
