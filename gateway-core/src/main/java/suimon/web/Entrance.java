package suimon.web;

import io.micronaut.http.HttpRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import suimon.reading.Ticker;

/**
 * Tells who a request comes from: a session's cookie, or a user and password with each request
 * (HTTP Basic, for scripts that pull data). Safe for many threads.
 */
final class Entrance {
    /** Password checks at once: each costs time and memory by design. */
    static final int CHECKS_MAX = 2;

    private final boolean isLoginRequired;
    private final People people;
    private final Sessions sessions;
    private final LoginLimit limit;
    private final BasicCache basic;
    private final Semaphore checks = new Semaphore(CHECKS_MAX);

    Entrance(boolean isLoginRequired, People people, Sessions sessions, LoginLimit limit, Ticker ticker) {
        this.isLoginRequired = isLoginRequired;
        this.people = people;
        this.sessions = sessions;
        this.limit = limit;
        this.basic = new BasicCache(ticker);
    }

    /** Who it is. */
    sealed interface Identity {}

    record Known(Visitor visitor) implements Identity {}

    record Unknown() implements Identity {}

    /** Failed too often; may try again after so many seconds. */
    record TooEager(long seconds) implements Identity {}

    boolean isLoginRequired() {
        return isLoginRequired;
    }

    Identity identify(HttpRequest<?> request) {
        if (!isLoginRequired) {
            return new Known(Visitor.LOCAL);
        }
        String token = token(request);
        Visitor known = token == null ? null : sessions.find(token);
        if (known != null) {
            return new Known(known);
        }
        String authorization = request.getHeaders().get("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return new Unknown();
        }
        Visitor cached = basic.find(authorization);
        return cached != null ? new Known(cached) : checkBasic(request, authorization);
    }

    /** Checks a password; slow, and refused unchecked after too many failures. */
    Identity check(HttpRequest<?> request, String name, String password) {
        String address = addressOf(request);
        Duration wait = limit.waitFor(address, name);
        if (wait.isPositive()) {
            return new TooEager(wait.plusMillis(999).toSeconds());
        }
        checks.acquireUninterruptibly();
        try {
            Visitor found = people.check(name, password);
            if (found == null) {
                limit.failed(address, name);
                return new Unknown();
            }
            limit.succeeded(name);
            return new Known(found);
        } finally {
            checks.release();
        }
    }

    String begin(Visitor visitor) {
        return sessions.begin(visitor);
    }

    void end(HttpRequest<?> request) {
        String token = token(request);
        if (token != null) {
            sessions.end(token);
        }
    }

    private Identity checkBasic(HttpRequest<?> request, String authorization) {
        String both;
        try {
            byte[] decoded = Base64.getDecoder().decode(authorization.substring(6).strip());
            both = new String(decoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return new Unknown();
        }
        int colon = both.indexOf(':');
        if (colon < 0) {
            return new Unknown();
        }
        Identity identity = check(request, both.substring(0, colon), both.substring(colon + 1));
        if (identity instanceof Known known) {
            basic.keep(authorization, known.visitor());
        }
        return identity;
    }

    private static @Nullable String token(HttpRequest<?> request) {
        return request.getCookies().findCookie(Guard.COOKIE).map(cookie -> cookie.getValue()).orElse(null);
    }

    private static String addressOf(HttpRequest<?> request) {
        InetSocketAddress remote = request.getRemoteAddress();
        return remote.getAddress() == null ? remote.getHostString() : remote.getAddress().getHostAddress();
    }
}
