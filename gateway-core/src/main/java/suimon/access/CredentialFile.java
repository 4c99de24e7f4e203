package suimon.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of names with roles and hashed secrets, one {@code name:role:hash} a line, readable by its
 * owner only. Read again when it changes, so that a new user needs no restart. Safe for many
 * threads; checking a password is slow on purpose.
 */
public final class CredentialFile {
    /** Verified pairs remembered in memory, so that a thousand reconnecting sensors don't wait. */
    static final int VERIFIED_MAX = 10_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");
    /** Verified for unknown names, so that an answer's time does not tell which names exist. */
    private static final String NOBODY = Passwords.hash("nobody");

    private final Path file;
    private final byte[] memoryKey = new byte[32];
    private final Map<String, byte[]> verified = new ConcurrentHashMap<>();
    private Map<String, Credential> credentials = Map.of();
    private @Nullable FileTime readAt;

    /** One line of the file. */
    public record Credential(String name, Role role, String hash) {}

    public CredentialFile(Path file) {
        this.file = file;
        new SecureRandom().nextBytes(memoryKey);
    }

    /** Who has this name and secret; empty for a wrong secret and an unknown name alike. */
    public Optional<Credential> check(String name, String secret) throws IOException {
        Credential found = all().get(name);
        String hash = found == null ? NOBODY : found.hash;
        byte[] mark = mark(hash, secret);
        byte[] known = verified.get(name);
        if (found != null && known != null && MessageDigest.isEqual(known, mark)) {
            return Optional.of(found);
        }
        if (!Passwords.verify(secret, hash) || found == null) {
            return Optional.empty();
        }
        if (verified.size() < VERIFIED_MAX) {
            verified.put(name, mark);
        }
        return Optional.of(found);
    }

    /** All of them by name. IOException names the line that can't be read. */
    public synchronized Map<String, Credential> all() throws IOException {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                credentials = read();
                verified.clear();
                readAt = changed;
            }
        } catch (NoSuchFileException e) {
            credentials = Map.of();
        }
        return credentials;
    }

    /** Adds or replaces one; the file is replaced as a whole, so a power cut leaves old or new. */
    public synchronized void put(String name, Role role, String secret) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException("name '" + name + "', expected letters, digits, . _ @ or -, 63 at most");
        }
        if (secret.length() < 8) {
            throw new IOException("the password has " + secret.length() + " characters, expected 8 or more");
        }
        Map<String, Credential> next = new LinkedHashMap<>(all());
        next.put(name, new Credential(name, role, Passwords.hash(secret)));
        replace(next);
    }

    /** Removes one as {@link #put} adds it; false when there is none of that name. */
    public synchronized boolean remove(String name) throws IOException {
        Map<String, Credential> next = new LinkedHashMap<>(all());
        if (next.remove(name) == null) {
            return false;
        }
        replace(next);
        return true;
    }

    private void replace(Map<String, Credential> next) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Credential each : next.values()) {
            text.append(each.name).append(':').append(each.role.name().toLowerCase(Locale.ROOT))
                    .append(':').append(each.hash).append('\n');
        }
        replace(text.toString());
    }

    private void replace(String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var channel = java.nio.channels.FileChannel.open(draft, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        readAt = null;
    }

    private Map<String, Credential> read() throws IOException {
        Map<String, Credential> read = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split(":", 3);
            if (parts.length != 3) {
                throw new IOException(file + ":" + number + ": expected name:role:hash");
            }
            read.put(parts[0], new Credential(parts[0], role(parts[1], number), parts[2]));
        }
        return Map.copyOf(read);
    }

    private Role role(String text, int line) throws IOException {
        for (Role role : Role.values()) {
            if (role.name().equalsIgnoreCase(text)) {
                return role;
            }
        }
        throw new IOException(file + ":" + line + ": found role '" + text
                + "', expected operator, installer, data or device");
    }

    private byte[] mark(String hash, String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(memoryKey);
            digest.update(hash.getBytes(StandardCharsets.UTF_8));
            return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
