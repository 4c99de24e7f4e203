package suimon.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/** The page's own files, a closed list, kept in memory, plain and compressed (about 200 kB). */
@Controller
final class Pages {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Map<String, Source> FILES = Map.ofEntries(
            Map.entry("index.html", own("index.html", "text/html; charset=utf-8")),
            Map.entry("hub.html", own("hub.html", "text/html; charset=utf-8")),
            Map.entry("hub.js", own("hub.js", "text/javascript; charset=utf-8")),
            Map.entry("login", own("login.html", "text/html; charset=utf-8")),
            Map.entry("page.css", own("page.css", "text/css; charset=utf-8")),
            Map.entry("page.js", own("page.js", "text/javascript; charset=utf-8")),
            Map.entry("chart.js", own("chart.js", "text/javascript; charset=utf-8")),
            Map.entry("live.js", own("live.js", "text/javascript; charset=utf-8")),
            Map.entry("why.js", own("why.js", "text/javascript; charset=utf-8")),
            Map.entry("calibrate.js", own("calibrate.js", "text/javascript; charset=utf-8")),
            Map.entry("observe.js", own("observe.js", "text/javascript; charset=utf-8")),
            Map.entry("record.js", own("record.js", "text/javascript; charset=utf-8")),
            Map.entry("login.js", own("login.js", "text/javascript; charset=utf-8")),
            Map.entry("words.js", own("words.js", "text/javascript; charset=utf-8")),
            Map.entry("icon.svg", own("icon.svg", "image/svg+xml")),
            Map.entry("uplot.js", new Source(UPLOT + "uPlot.iife.min.js", "text/javascript; charset=utf-8")),
            Map.entry("uplot.css", new Source(UPLOT + "uPlot.min.css", "text/css; charset=utf-8")));

    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();
    private final Front front;

    /** The page that / shows. */
    record Front(String page) {}

    Pages(Front front) {
        this.front = front;
    }

    @Get
    HttpResponse<?> index(HttpRequest<?> request) {
        return serve(request, front.page());
    }

    @Get("/{name}")
    HttpResponse<?> file(HttpRequest<?> request, @PathVariable String name) {
        return serve(request, name);
    }

    private HttpResponse<?> serve(HttpRequest<?> request, String name) {
        Source source = FILES.get(name);
        if (source == null) {
            return Guard.refuse(HttpStatus.NOT_FOUND, "there is no page " + name);
        }
        Asset asset = loaded.computeIfAbsent(name, ignored -> Asset.load(source));
        if (asset.tag.equals(request.getHeaders().get("If-None-Match"))) {
            return head(HttpResponse.notModified(), asset);
        }
        String accepted = request.getHeaders().get("Accept-Encoding");
        if (accepted == null || !accepted.contains("gzip")) {
            return head(HttpResponse.ok(asset.plain), asset).contentType(asset.type);
        }
        return head(HttpResponse.ok(asset.compressed), asset)
                .contentType(asset.type)
                .header("Content-Encoding", "gzip");
    }

    private static MutableHttpResponse<?> head(MutableHttpResponse<?> response, Asset asset) {
        // Asked for again each time, since an update must show at once; the tag makes that cheap.
        return response.header("ETag", asset.tag).header("Cache-Control", "no-cache").header("Vary", "Accept-Encoding");
    }

    private static Source own(String name, String type) {
        return new Source("/suimon/web/" + name, type);
    }

    private record Source(String path, String type) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Asset(byte[] plain, byte[] compressed, String type, String tag) {
        static Asset load(Source source) {
            try (InputStream in = Pages.class.getResourceAsStream(source.path)) {
                if (in == null) {
                    throw new IllegalStateException("the class path lacks " + source.path);
                }
                byte[] plain = in.readAllBytes();
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                    zip.write(plain);
                }
                String hash = Sessions.hash(new String(plain, java.nio.charset.StandardCharsets.ISO_8859_1));
                return new Asset(plain, out.toByteArray(), source.type, '"' + hash.substring(0, 20) + '"');
            } catch (IOException broken) {
                throw new UncheckedIOException("can't read " + source.path, broken);
            }
        }
    }
}
