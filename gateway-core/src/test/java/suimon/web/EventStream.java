package suimon.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Reads a stream of events as a browser would. */
final class EventStream implements AutoCloseable {
    final HttpResponse<InputStream> response;
    private final BufferedReader reader;

    /** One event. */
    record Received(String name, String id, String text) {}

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    static EventStream open(Site site, String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.uri("/api/v1/events"));
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return new EventStream(site.client.send(request.build(), BodyHandlers.ofInputStream()));
    }

    Received next() throws IOException {
        String name = "";
        String id = "";
        StringBuilder text = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isEmpty() && !text.isEmpty()) {
                return new Received(name, id, text.toString());
            }
            if (line.startsWith("event:")) {
                name = line.substring(6).strip();
            } else if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                text.append(line.substring(5).strip());
            }
        }
        throw new IOException("the stream ended");
    }

    /** The next event that contains the words. */
    Received nextWith(String words) throws IOException {
        Received received = next();
        while (!received.text().contains(words)) {
            received = next();
        }
        return received;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
