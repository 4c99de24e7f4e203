package suimon.backhaul;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals whole messages between one gateway and its hub, so that nobody on the way, a broker or a relay,
 * can read or change them: signed with Ed25519 by who sends, then encrypted with AES-256-GCM under a
 * key that both sides get from X25519 and HKDF (RFC 5869), one for each direction and message. The
 * salt of that key is a MAC of the message itself: the same message is sealed to the same bytes, two
 * messages never share a key, and a gateway put back to an older copy needs no counter.
 *
 * <p>Immutable; of any thread.
 */
public final class Seal {
    /** A sealed message is at most so much longer, the gateway's name aside. */
    static final int OVERHEAD_BYTES = 112;

    private static final int SALT_BYTES = 16;
    private static final int SIGNATURE_BYTES = 64;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;
    /** Each key is used once, so its nonce needs no chance. */
    private static final byte[] NONCE = new byte[12];

    private final String gateway;
    private final SealKey own;
    private final SealKey.Public other;
    private final byte[] secret;
    private final boolean isGateway;

    private Seal(String gateway, SealKey own, SealKey.Public other, boolean isGateway) {
        this.gateway = gateway;
        this.own = own;
        this.other = other;
        this.isGateway = isGateway;
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(own.agreeing());
            agreement.doPhase(other.agreeing(), true);
            secret = agreement.generateSecret();
        } catch (GeneralSecurityException wrong) {
            throw new IllegalArgumentException("the public key can't be agreed with", wrong);
        }
    }

    /** At the gateway; IllegalArgumentException where a key is none. */
    public static Seal ofGateway(String gateway, SealKey own, String hub) {
        return new Seal(gateway, own, SealKey.ofPublic(hub), true);
    }

    /** At the hub, for one gateway; IllegalArgumentException where a key is none. */
    public static Seal ofHub(String gateway, SealKey own, String gatewaysKey) {
        return new Seal(gateway, own, SealKey.ofPublic(gatewaysKey), false);
    }

    /** For the other side; always the same bytes for the same message. */
    public byte[] close(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(own.signing());
            update(signature, isGateway, message);
            byte[] signed = Arrays.copyOf(message, message.length + SIGNATURE_BYTES);
            signature.sign(signed, message.length, SIGNATURE_BYTES);
            byte[] salt = salt(isGateway, signed);
            byte[] box = cipher(Cipher.ENCRYPT_MODE, isGateway, salt).doFinal(signed);
            byte[] sealed = new WireWriter().bytes(1, salt).bytes(2, box).toBytes();
            return new WireWriter().message(Messages.SEALED, sealed).toBytes();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Java has Ed25519, HKDF and AES-GCM", impossible);
        }
    }

    /** A message of the other side; Malformed where it isn't sealed by it for this one. */
    public byte[] open(byte[] message) throws Malformed {
        byte[] salt = {};
        byte[] box = {};
        WireReader outer = new WireReader(message);
        if (outer.next() != Messages.SEALED) {
            throw new Malformed("a message that is not sealed");
        }
        WireReader in = outer.message();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> salt = in.bytes();
                case 2 -> box = in.bytes();
                default -> in.skip();
            }
        }
        try {
            byte[] signed = cipher(Cipher.DECRYPT_MODE, !isGateway, salt).doFinal(box);
            int length = signed.length - SIGNATURE_BYTES;
            if (length < 0 || !MessageDigest.isEqual(salt, salt(!isGateway, signed))) {
                throw new Malformed("a sealed message that was not made by this rule");
            }
            byte[] plain = Arrays.copyOf(signed, length);
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(other.verifying());
            update(signature, !isGateway, plain);
            if (!signature.verify(signed, length, SIGNATURE_BYTES)) {
                throw new Malformed("the signature is not that of the key that is configured");
            }
            return plain;
        } catch (GeneralSecurityException wrong) {
            throw new Malformed("a sealed message that does not open with the keys that are configured", wrong);
        }
    }

    private void update(Signature signature, boolean isUp, byte[] message) throws GeneralSecurityException {
        signature.update(label("sign", isUp));
        signature.update(message);
    }

    private byte[] salt(boolean isUp, byte[] signed) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key(label("salt", isUp), new byte[SALT_BYTES]).getEncoded(), "HmacSHA256"));
        return Arrays.copyOf(mac.doFinal(signed), SALT_BYTES);
    }

    private Cipher cipher(int mode, boolean isUp, byte[] salt) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(label("box", isUp), salt), new GCMParameterSpec(TAG_BITS, NONCE));
        return cipher;
    }

    private SecretKey key(byte[] info, byte[] salt) throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256").deriveKey("AES", HKDFParameterSpec.ofExtract()
                .addIKM(secret).addSalt(salt).thenExpand(info, KEY_BYTES));
    }

    private byte[] label(String use, boolean isUp) {
        String label = "suimon frame v1 " + use + (isUp ? " up " : " down ") + gateway + "\n";
        return label.getBytes(StandardCharsets.UTF_8);
    }
}
