package suimon.connector.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile;
import suimon.access.CredentialFile.Credential;
import suimon.access.Role;

/** Who posts, by HTTP Basic authentication (RFC 7617). Safe for many threads; slow on purpose. */
final class Callers {
    private static final String BASIC = "basic ";

    private final @Nullable CredentialFile file;

    Callers(@Nullable Path users) {
        file = users == null ? null : new CredentialFile(users);
    }

    /** What somebody may do. */
    enum Verdict {
        POSTS,
        UNKNOWN,
        FORBIDDEN
    }

    /** Who it is; without users, the address it comes from. */
    record Caller(String name, Verdict verdict) {}

    Caller of(HttpExchange exchange) throws IOException {
        CredentialFile users = file;
        if (users == null) {
            return new Caller(exchange.getRemoteAddress().getAddress().getHostAddress(), Verdict.POSTS);
        }
        String[] pair = pairOf(exchange.getRequestHeaders().getFirst("Authorization"));
        Credential found = pair.length == 2 ? users.check(pair[0], pair[1]).orElse(null) : null;
        if (found == null) {
            return new Caller("", Verdict.UNKNOWN);
        }
        boolean mayPost = found.role() == Role.DEVICE || found.role() == Role.INSTALLER;
        return new Caller(found.name(), mayPost ? Verdict.POSTS : Verdict.FORBIDDEN);
    }

    private static String[] pairOf(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return new String[0];
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
            return new String(bytes, StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException notBase64) {
            return new String[0];
        }
    }
}
