package suimon.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import suimon.config.HubConfig.GatewayAccess;
import suimon.config.Secret;

/**
 * Who may deliver and how each proves itself: by a token, of which only the SHA-256 is kept, by a
 * certificate, by both, or, over loopback only, by nothing. Compared in constant time. Immutable.
 */
public final class Credentials {
    /** No token is longer; a longer one is not looked at. */
    static final int CHARACTERS_MAX = 4096;

    private static final int TOKEN_BYTES = 32;
    /** Kinds of alternative names, RFC 5280, 4.2.1.6. */
    private static final Integer DNS = 2;
    private static final Integer URI = 6;
    private static final String FINGERPRINT = "sha256:";
    private static final byte[] NO_TOKEN = {};

    private final Map<String, Proof> proofs;

    /** What a gateway has to show; the token's hash is empty where none is asked for. */
    private record Proof(byte[] tokenHash, @Nullable String certificate) {
        boolean isSame(Proof other) {
            return MessageDigest.isEqual(tokenHash, other.tokenHash)
                    && Objects.equals(certificate, other.certificate);
        }
    }

    private Credentials(Map<String, Proof> proofs) {
        this.proofs = Map.copyOf(proofs);
    }

    /** Reads every secret once, so that a missing one is told at start; the revoked are left out. */
    static Credentials read(Map<String, GatewayAccess> gateways) throws HubFailed {
        Map<String, Proof> proofs = new HashMap<>();
        for (Map.Entry<String, GatewayAccess> entry : gateways.entrySet()) {
            GatewayAccess access = entry.getValue();
            if (!access.revoked()) {
                proofs.put(entry.getKey(), new Proof(hashOf(entry.getKey(), access), access.certificate()));
            }
        }
        return new Credentials(proofs);
    }

    private static byte[] hashOf(String gateway, GatewayAccess access) throws HubFailed {
        Secret token = access.token();
        if (access.tokenHash() != null) {
            return HexFormat.of().parseHex(access.tokenHash());
        }
        try {
            return token == null ? NO_TOKEN : hash(token.read());
        } catch (IOException missing) {
            throw new HubFailed("gateways." + gateway + ".token: can't read " + token + ": "
                    + missing.getMessage() + "; put the gateway's token there", missing);
        }
    }

    /** A new random token, 256 bits as 43 characters that need no quoting. */
    public static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What {@code tokenHash} says of a token: the SHA-256 of its UTF-8 in hexadecimal. */
    public static String hashOf(String token) {
        return HexFormat.of().formatHex(hash(token));
    }

    boolean isKnown(String gateway) {
        return proofs.containsKey(gateway);
    }

    /** Whether it had to show the same before; one that is in neither is the same. */
    boolean isSame(Credentials before, String gateway) {
        Proof here = proofs.get(gateway);
        Proof there = before.proofs.get(gateway);
        return here == null || there == null ? here == there : here.isSame(there);
    }

    /** A gateway of which nothing is asked is admitted over loopback only. */
    boolean admits(String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
        Proof proof = proofs.get(gateway);
        byte[] offered = hash(token.length() > CHARACTERS_MAX ? "" : token);
        if (proof == null) {
            return false;
        }
        boolean isOpen = proof.tokenHash.length == 0 && proof.certificate == null;
        boolean hasToken = proof.tokenHash.length == 0 || MessageDigest.isEqual(proof.tokenHash, offered);
        boolean hasCertificate = proof.certificate == null || isCertified(proof.certificate, shown);
        return isOpen ? loopback : hasToken && hasCertificate;
    }

    /** The TLS layer has checked who issued it; here it is told from those of other gateways. */
    private static boolean isCertified(String wanted, @Nullable X509Certificate shown) {
        if (shown == null) {
            return false;
        }
        try {
            if (wanted.startsWith(FINGERPRINT)) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(shown.getEncoded());
                String hex = wanted.substring(FINGERPRINT.length()).replace(":", "").toLowerCase(Locale.ROOT);
                return MessageDigest.isEqual(HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII),
                        hex.getBytes(StandardCharsets.US_ASCII));
            }
            return isNamed(wanted, shown);
        } catch (GeneralSecurityException unreadable) {
            return false;
        }
    }

    /** Its alternative names for DNS and of URIs, and its whole subject: a part of one could be anybody's. */
    private static boolean isNamed(String wanted, X509Certificate shown) throws GeneralSecurityException {
        Collection<List<?>> alternatives = shown.getSubjectAlternativeNames();
        return wanted.equals(shown.getSubjectX500Principal().getName())
                || alternatives != null && alternatives.stream().anyMatch(name ->
                        (DNS.equals(name.get(0)) || URI.equals(name.get(0))) && wanted.equals(name.get(1)));
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
