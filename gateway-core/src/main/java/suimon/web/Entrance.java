package suimon.web;

import io.micronaut.http.HttpRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile;
import suimon.access.CredentialFile.Credential;
import suimon.access.Role;
import suimon.command.CommandDoor.Person;

/**
 * Tells who a request comes from: a session's cookie, or a user and password with each request
 * (HTTP Basic, for scripts that pull data). Safe for many threads.
 *
 * <p>On loopback nobody logs in: whoever sits at the box is the operator {@code local}.
 */
final class Entrance {
    static final Credential LOCAL = new Credential("local", Role.OPERATOR, "");
    /** Password checks at once: each costs time and memory by design. */
    static final int CHECKS_MAX = 2;

    private final boolean isLoginRequired;
    private final CredentialFile users;
    private final Sessions sessions;
    private final LoginLimit limit;
    private final Semaphore checks = new Semaphore(CHECKS_MAX);

    Entrance(boolean isLoginRequired, CredentialFile users, Sessions sessions, LoginLimit limit) {
        this.isLoginRequired = isLoginRequired;
        this.users = users;
        this.sessions = sessions;
        this.limit = limit;
    }

    /** Who it is. */
    sealed interface Identity {}

    record Known(Credential credential) implements Identity {
        Person person() {
            return new Person(credential.name(), credential.role());
        }
    }

    record Unknown() implements Identity {}

    /** Failed too often; may try again after so many seconds. */
    record TooEager(long seconds) implements Identity {}

    boolean isLoginRequired() {
        return isLoginRequired;
    }

    /** Who sends the request; IOException when the file of users can't be read. */
    Identity identify(HttpRequest<?> request) throws IOException {
        if (!isLoginRequired) {
            return new Known(LOCAL);
        }
        String token = token(request);
        Credential begun = token == null ? null : sessions.find(token);
        if (token != null && begun != null) {
            // A removed user, a new password or another role ends what began before it.
            if (begun.equals(users.all().get(begun.name()))) {
                return new Known(begun);
            }
            sessions.end(token);
        }
        String authorization = request.getHeaders().get("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return new Unknown();
        }
        return checkBasic(request, authorization.substring(6).strip());
    }

    /** Checks a password; slow, and refused unchecked after too many failures. */
    Identity check(HttpRequest<?> request, String name, String password) throws IOException {
        String address = addressOf(request);
        checks.acquireUninterruptibly();
        try {
            Duration wait = limit.waitFor(address, name);
            if (wait.isPositive()) {
                return new TooEager(wait.plusMillis(999).toSeconds());
            }
            Optional<Credential> found = users.check(name, password);
            if (found.isEmpty() || found.get().role() == Role.DEVICE) {
                limit.failed(address, name);
                return new Unknown();
            }
            limit.succeeded(name);
            return new Known(found.get());
        } finally {
            checks.release();
        }
    }

    String begin(Credential credential) {
        return sessions.begin(credential);
    }

    void end(HttpRequest<?> request) {
        String token = token(request);
        if (token != null) {
            sessions.end(token);
        }
    }

    private Identity checkBasic(HttpRequest<?> request, String encoded) throws IOException {
        String both;
        try {
            both = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return new Unknown();
        }
        int colon = both.indexOf(':');
        return colon < 0
                ? new Unknown() : check(request, both.substring(0, colon), both.substring(colon + 1));
    }

    private static @Nullable String token(HttpRequest<?> request) {
        return request.getCookies().findCookie(Guard.COOKIE).map(cookie -> cookie.getValue()).orElse(null);
    }

    private static String addressOf(HttpRequest<?> request) {
        InetSocketAddress remote = request.getRemoteAddress();
        return remote.getAddress() == null ? remote.getHostString() : remote.getAddress().getHostAddress();
    }
}
