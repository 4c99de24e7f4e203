package suimon.backhaul;

import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link on which everything is sealed. An answer that isn't is dropped but for a refusal, which makes
 * the uplink wait and never makes it take anything as confirmed: a gate that doesn't know the gateway
 * has no key to answer with.
 */
public final class SealedLink implements Link {
    private static final Logger LOGGER = LoggerFactory.getLogger(SealedLink.class);

    private final Seal seal;
    private final Link link;

    /** @param opener makes the link below, which hands each answer to what it is given */
    public SealedLink(Seal seal, Consumer<byte[]> answers, Function<Consumer<byte[]>, Link> opener) {
        this.seal = seal;
        this.link = opener.apply(answer -> open(answer, answers));
    }

    @Override
    public void send(byte[] message) throws LinkDown, InterruptedException {
        link.send(seal.close(message));
    }

    private void open(byte[] answer, Consumer<byte[]> answers) {
        try {
            if (Messages.isSealed(answer)) {
                answers.accept(seal.open(answer));
                return;
            }
            Receipt receipt = Messages.readReceipt(answer);
            Receipt.Refusal refusal = receipt.refusal();
            if (refusal != null && refusal.reason() != Receipt.Reason.CONFLICT) {
                answers.accept(answer);
                return;
            }
            LOGGER.warn("dropped an answer that is not sealed; the hub needs the key of this gateway");
        } catch (Malformed wrong) {
            LOGGER.warn("dropped an answer of the hub: {}; check seal in gateway.yaml and hub.yaml", wrong.getMessage());
        }
    }

    @Override
    public void reset() {
        link.reset();
    }

    @Override
    public void close() {
        link.close();
    }
}
