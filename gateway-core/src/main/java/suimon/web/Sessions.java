package suimon.web;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile.Credential;

/**
 * Who is logged in, by a random token of 256 bits in a cookie. Only the token's hash is kept. In
 * memory: after a restart people log in again. Safe for many threads.
 */
final class Sessions {
    /** Sessions at once; a login beyond this ends the one that was unused longest. */
    static final int SESSIONS_MAX = 200;
    /** An operator's phone stays logged in for a season of daily use. */
    static final Duration IDLE_MAX = Duration.ofDays(30);
    static final Duration AGE_MAX = Duration.ofDays(180);
    private static final int TOKEN_BYTES = 32;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byHash = new LinkedHashMap<>(16, 0.75f, true);

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** Begins a session and returns the token for the cookie. */
    synchronized String begin(Credential credential) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        byHash.put(hash(token), new Session(credential, now, now));
        if (byHash.size() > SESSIONS_MAX) {
            byHash.remove(byHash.keySet().iterator().next());
        }
        return token;
    }

    /** Whose session it is, as they were when it began; null when there is none. */
    synchronized @Nullable Credential find(String token) {
        String hash = hash(token);
        Session session = byHash.get(hash);
        if (session == null) {
            return null;
        }
        Instant now = clock.instant();
        if (session.isOver(now)) {
            byHash.remove(hash);
            return null;
        }
        byHash.put(hash, new Session(session.credential, session.begun, now));
        return session.credential;
    }

    synchronized void end(String token) {
        byHash.remove(hash(token));
    }

    static String hash(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] bytes = token.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(digest.digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private record Session(Credential credential, Instant begun, Instant used) {
        boolean isOver(Instant now) {
            return now.isAfter(used.plus(IDLE_MAX)) || now.isAfter(begun.plus(AGE_MAX));
        }
    }
}
