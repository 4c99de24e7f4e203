package suimon.web;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Chromium without a window, spoken to in its own protocol (Chrome DevTools Protocol) over
 * java.net.http, so that no driver has to be installed or kept in step. For one thread.
 */
final class Browser implements AutoCloseable {
    private static final int STILL_LOOKS = 4;
    private static final Pattern ENDPOINT = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final int LINES_MAX = 200;
    private static final int SECONDS_MAX = 30;
    private static final int TURNS_MAX = 200;

    private final Process process;
    private final Path profile;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final JsonMapper json = JsonMapper.createDefault();
    private final List<String> problems = new ArrayList<>();
    private String session = "";
    private int lastId;

    /** Where Chromium is; empty where it isn't installed. */
    static Optional<Path> executable() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /**
     * Opens it with a profile of its own: not a temporary folder of the test's, which fails when
     * anything of Chromium still writes into it while it is removed.
     */
    static Browser open(Path executable) throws Exception {
        Path profile = Files.createTempDirectory("chromium");
        // Without a sandbox, since tests may run as root; the only pages are our own.
        ProcessBuilder builder = new ProcessBuilder(executable.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0",
                "--lang=ja", "--user-data-dir=" + profile, "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        try {
            return new Browser(process, profile, endpoint(process));
        } catch (IOException broken) {
            process.destroyForcibly();
            throw broken;
        }
    }

    private Browser(Process process, Path profile, URI endpoint) throws Exception {
        this.process = process;
        this.profile = profile;
        this.socket = client.newWebSocketBuilder().buildAsync(endpoint, new Listener(messages)).join();
        Object target = call("Target.createTarget", Map.of("url", "about:blank")).get("targetId");
        Object attached = call("Target.attachToTarget", Map.of("targetId", String.valueOf(target), "flatten", true))
                .get("sessionId");
        session = String.valueOf(attached);
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
        call("Network.enable", Map.of());
    }

    void resize(int width, int height, double scale, boolean isDark) throws Exception {
        call("Emulation.setDeviceMetricsOverride", Map.of(
                "width", width, "height", height, "deviceScaleFactor", scale, "mobile", width < 600));
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(
                Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"))));
    }

    void visit(URI page) throws Exception {
        // What the page before has still to complain of is not this one's.
        call("Page.navigate", Map.of("url", "about:blank"));
        ask("1");
        problems.clear();
        call("Page.navigate", Map.of("url", page.toString()));
    }

    /** What an expression gives, as text. */
    String ask(String expression) throws Exception {
        Map<String, Object> answer = call("Runtime.evaluate", Map.of(
                "expression", "String(" + expression + ")", "returnByValue", true, "awaitPromise", true));
        Object result = answer.get("result");
        return result instanceof Map<?, ?> map ? String.valueOf(map.get("value")) : "";
    }

    /** The text a person sees in the first element that fits; empty while there is none. */
    String text(String selector) throws Exception {
        return ask("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''");
    }

    void awaitText(String selector, String words) throws Exception {
        Await.that(() -> text(selector), text -> text.contains(words), selector + " shows " + words);
    }

    /** Puts a finger on the middle of an element, after it has come into view and nothing above it grows any more. */
    void tap(String selector) throws Exception {
        String[] before = {""};
        int[] still = {0};
        String place = Await.that(() -> ask("(() => { const e = document.querySelector(" + quoted(selector) + ");"
                + " e.scrollIntoView({block: 'center', behavior: 'instant'}); const b = e.getBoundingClientRect();"
                + " const x = b.x + b.width / 2, y = b.y + b.height / 2, top = document.elementFromPoint(x, y);"
                + " return top !== null && (e.contains(top) || top.contains(e)) ? x + ' ' + y : ''; })()"), now -> {
            still[0] = !now.isEmpty() && now.equals(before[0]) ? still[0] + 1 : 0;
            before[0] = now;
            return still[0] >= STILL_LOOKS;
        }, selector + " stands still where a finger can reach it");
        String[] at = place.split(" ");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call("Input.dispatchMouseEvent", Map.of("type", type, "x", Double.parseDouble(at[0]), "y",
                    Double.parseDouble(at[1]), "button", "left", "clickCount", 1));
        }
    }

    void offline(boolean isOffline) throws Exception {
        call("Network.emulateNetworkConditions", Map.of(
                "offline", isOffline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    byte[] screenshot() throws Exception {
        Object text = call("Page.captureScreenshot", Map.of("format", "png")).get("data");
        return Base64.getDecoder().decode(String.valueOf(text));
    }

    /** What the page complained of since it was visited: script errors, refused resources, broken rules of its policy. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        socket.abort();
        client.close();
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join().destroyForcibly();
        // Its children outlive it by moments and go on writing into the profile.
        family.forEach(ProcessHandle::destroyForcibly);
        for (int turn = 0; turn < TURNS_MAX && family.stream().anyMatch(Browser::isRunning); turn++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.toList().reversed()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException stillWritten) {
            // What is left of it lies with the temporary files and says nothing about the page.
        }
    }

    /** Whether a process still runs something: one that ended and was not yet collected by its parent doesn't. */
    private static boolean isRunning(ProcessHandle one) {
        return one.isAlive() && one.info().command().isPresent();
    }

    private Map<String, Object> call(String method, Map<String, Object> parameters) throws Exception {
        int id = ++lastId;
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        socket.sendText(new String(json.writeValueAsBytes(message), StandardCharsets.UTF_8), true).join();
        while (true) {
            String text = messages.poll(SECONDS_MAX, TimeUnit.SECONDS);
            if (text == null) {
                throw new IOException("chromium did not answer " + method + " within " + SECONDS_MAX + " s");
            }
            Map<String, Object> answer = Objects.requireNonNull(
                    json.readValue(text, Argument.mapOf(String.class, Object.class)));
            note(answer, text);
            if (answer.get("id") instanceof Number found && found.intValue() == id) {
                return result(method, answer);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> result(String method, Map<String, Object> answer) throws IOException {
        if (answer.get("error") != null) {
            throw new IOException(method + ": " + answer.get("error"));
        }
        return (Map<String, Object>) answer.getOrDefault("result", Map.of());
    }

    private void note(Map<String, Object> answer, String text) {
        String method = String.valueOf(answer.get("method"));
        boolean isLogged = method.equals("Log.entryAdded") && text.contains("\"level\":\"error\"");
        if (isLogged || method.equals("Runtime.exceptionThrown")) {
            problems.add(text);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static URI endpoint(Process process) throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < LINES_MAX; i++) {
            String line = lines.readLine();
            if (line == null) {
                break;
            }
            Matcher match = ENDPOINT.matcher(line);
            if (match.find()) {
                // Read on, or Chromium stops at a full pipe.
                Thread.ofVirtual().start(() -> lines.lines().forEach(ignored -> { }));
                return URI.create(match.group(1));
            }
            said.append(line).append('\n');
        }
        throw new IOException("chromium did not start: " + said);
    }

    /** Puts messages together and hands them over. */
    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<String> whole;
        private final StringBuilder part = new StringBuilder();

        Listener(BlockingQueue<String> whole) {
            this.whole = whole;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean isLast) {
            part.append(text);
            if (isLast) {
                whole.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
