package suimon.hub;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.Epoch;
import suimon.backhaul.Malformed;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;
import suimon.backhaul.Seal;
import suimon.backhaul.SealKey;
import suimon.config.HubConfig;
import suimon.config.Secret;

/**
 * The seals of those gateways that have one: nothing else is taken from them, and they are answered by
 * theirs. A refusal is not sealed: who can't seal as it should can't open one either. Any thread.
 */
final class Seals {
    /** So many in a row are no damage on the way any more. */
    private static final int WRONG_MAX = 3;

    private static final Logger LOGGER = LoggerFactory.getLogger(Seals.class);

    private final Map<String, Seal> seals;
    private final Map<String, Integer> wrong = new ConcurrentHashMap<>();

    private Seals(Map<String, Seal> seals) {
        this.seals = Map.copyOf(seals);
    }

    /** What answers a message that was opened. */
    interface Opened {
        byte[] answer(byte[] message) throws InterruptedException;
    }

    /** Reads the hub's key once, so that a missing one is told at start. */
    static Seals read(HubConfig config) throws HubFailed {
        Map<String, Seal> seals = new HashMap<>();
        Secret key = config.key();
        for (Map.Entry<String, HubConfig.GatewayAccess> entry : config.gateways().entrySet()) {
            String theirs = entry.getValue().seal();
            if (theirs != null && key != null) {
                seals.put(entry.getKey(), seal(entry.getKey(), key, theirs));
            }
        }
        return new Seals(seals);
    }

    private static Seal seal(String gateway, Secret key, String theirs) throws HubFailed {
        try {
            return Seal.ofHub(gateway, SealKey.ofPrivate(key.read()), theirs);
        } catch (IOException missing) {
            throw new HubFailed("key: can't read " + key + ": " + missing.getMessage()
                    + "; suimon key makes one", missing);
        } catch (IllegalArgumentException wrong) {
            throw new HubFailed("key or gateways." + gateway + ".seal: " + wrong.getMessage(), wrong);
        }
    }

    byte[] receive(String gateway, byte[] message, Opened opened) throws InterruptedException {
        Seal seal = seals.get(gateway);
        byte[] plain;
        try {
            if (seal == null) {
                return Messages.isSealed(message)
                        ? refused(gateway, "it is sealed, and gateways." + gateway + ".seal has no key to open it")
                        : opened.answer(message);
            }
            plain = seal.open(message);
        } catch (Malformed damaged) {
            return seal == null ? opened.answer(message) : refused(gateway, Objects.toString(damaged.getMessage()));
        }
        wrong.remove(gateway);
        return seal.close(opened.answer(plain));
    }

    private byte[] refused(String gateway, @Nullable String why) {
        int count = wrong.merge(gateway, 1, (one, other) -> Math.min(WRONG_MAX + 1, one + other));
        if (count <= WRONG_MAX) {
            LOGGER.warn("hub {}: refused a message: {}{}", gateway, why,
                    count == WRONG_MAX ? "; further ones are not told" : "");
        }
        Reason reason = count < WRONG_MAX ? Reason.UNAVAILABLE : Reason.DENIED;
        return Messages.write(new Receipt(new Epoch(-1), List.of(), new Refusal(reason, null, 0,
                why + "; compare the keys of seal in gateway.yaml and hub.yaml"), 0));
    }
}
