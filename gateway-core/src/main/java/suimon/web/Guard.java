package suimon.web;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.web.Present.Problem;

/**
 * Stands before every request: who is it, and may a page of another site have sent it?
 *
 * <p>On loopback nobody logs in, so the Host must name this machine, or a foreign page whose name
 * was made to point here (DNS rebinding) could read along. Every change must carry an Origin equal
 * to the page's own; only a request with its own Authorization, which no foreign page can add
 * unasked, may come without one.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class Guard {
    static final String PERSON = "suimon.person";
    static final String COOKIE = "suimon";
    private static final Set<String> OPEN = Set.of("/login", "/login.js", "/live.js", "/page.css", "/icon.svg",
            "/api/v1/login", "/api/v1/session");
    private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String CONTENT_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none';"
            + " form-action 'self'; object-src 'none'";

    private final Entrance entrance;

    Guard(Entrance entrance) {
        this.entrance = entrance;
    }

    /** Null lets the request through. */
    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Nullable HttpResponse<?> admit(HttpRequest<?> request) throws IOException {
        if (!entrance.isLoginRequired() && !LOCAL_HOSTS.contains(hostName(request))) {
            return refuse(HttpStatus.MISDIRECTED_REQUEST,
                    "this page is served to this machine only; open it as http://localhost");
        }
        if (isChange(request) && !isFromOwnPage(request)) {
            return refuse(HttpStatus.FORBIDDEN, "the Origin header must name this page's own address");
        }
        return switch (entrance.identify(request)) {
            case Entrance.Known known -> {
                request.setAttribute(PERSON, known.person());
                yield null;
            }
            case Entrance.Unknown ignored -> OPEN.contains(request.getPath()) ? null : askForLogin(request);
            case Entrance.TooEager eager -> HttpResponse.status(HttpStatus.TOO_MANY_REQUESTS)
                    .header("Retry-After", String.valueOf(eager.seconds()))
                    .contentType(MediaType.APPLICATION_JSON_TYPE)
                    .body(Json.of(new Problem("too many failed logins; wait " + eager.seconds() + " s")));
        };
    }

    @ResponseFilter
    void harden(HttpRequest<?> request, MutableHttpResponse<?> response) {
        response.header("Content-Security-Policy", CONTENT_POLICY);
        response.header("X-Content-Type-Options", "nosniff");
        response.header("Referrer-Policy", "same-origin");
        if (!response.getHeaders().contains("Cache-Control")) {
            response.header("Cache-Control", "no-store");
        }
        if (entrance.isLoginRequired()) {
            response.header("Strict-Transport-Security", "max-age=31536000");
        }
    }

    static boolean isChange(HttpRequest<?> request) {
        return request.getMethod() != HttpMethod.GET && request.getMethod() != HttpMethod.HEAD;
    }

    static MutableHttpResponse<?> refuse(HttpStatus status, String message) {
        return HttpResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .body(Json.of(new Problem(message)));
    }

    private boolean isFromOwnPage(HttpRequest<?> request) {
        String origin = request.getHeaders().get("Origin");
        if (origin == null) {
            return request.getHeaders().contains("Authorization");
        }
        String scheme = entrance.isLoginRequired() ? "https" : "http";
        return origin.equalsIgnoreCase(scheme + "://" + request.getHeaders().get("Host"));
    }

    private static HttpResponse<?> askForLogin(HttpRequest<?> request) {
        boolean isPage = request.getPath().equals("/");
        if (isPage) {
            return HttpResponse.seeOther(URI.create("/login"));
        }
        MutableHttpResponse<?> refused = refuse(HttpStatus.UNAUTHORIZED, "log in first, or send a user and password");
        // A browser's own password box would cover the page, so only other clients are told the scheme.
        return request.getHeaders().contains("Sec-Fetch-Mode")
                ? refused : refused.header("WWW-Authenticate", "Basic realm=\"Suimon\", charset=\"UTF-8\"");
    }

    private static String hostName(HttpRequest<?> request) {
        String host = request.getHeaders().get("Host");
        if (host == null) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        return (hasPort ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    }
}
