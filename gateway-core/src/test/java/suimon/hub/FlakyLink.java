package suimon.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import suimon.backhaul.Link;
import suimon.backhaul.LinkDown;

/**
 * A link in memory that loses, repeats, delays and damages messages both ways by chance. What it
 * delays it delivers at any later time, also after the gateway or the hub has been restarted.
 */
class FlakyLink implements Link {
    private final String gateway;
    private final Wire wire;
    private final Consumer<byte[]> answers;

    /** What is on the way; outlives the ends. */
    static final class Wire {
        private final RandomGenerator random;
        private final List<byte[]> delayed = new ArrayList<>();
        private final double trouble;
        private volatile Reception reception;
        private volatile boolean isCut;
        volatile int sent;

        /** @param trouble the share of messages to which something happens */
        Wire(RandomGenerator random, double trouble, Reception reception) {
            this.random = random;
            this.trouble = trouble;
            this.reception = reception;
        }

        void connectTo(Reception hub) {
            reception = hub;
        }

        void cut(boolean cut) {
            isCut = cut;
        }

        private synchronized boolean happens() {
            return random.nextDouble() < trouble;
        }

        @SuppressWarnings("NonAtomicOperationOnVolatileField")
        private synchronized List<byte[]> toDeliver(byte[] message) {
            sent++;
            List<byte[]> now = new ArrayList<>();
            if (happens()) {
                switch (random.nextInt(4)) {
                    case 0 -> { }
                    case 1 -> {
                        now.add(message);
                        now.add(message);
                    }
                    case 2 -> delayed.add(message);
                    default -> now.add(damaged(message));
                }
            } else {
                now.add(message);
            }
            if (!delayed.isEmpty() && happens()) {
                now.add(delayed.remove(random.nextInt(delayed.size())));
            }
            return now;
        }

        private byte[] damaged(byte[] message) {
            byte[] copy = message.clone();
            copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
            return copy;
        }
    }

    FlakyLink(String gateway, Wire wire, Consumer<byte[]> answers) {
        this.gateway = gateway;
        this.wire = wire;
        this.answers = answers;
    }

    @Override
    public void send(byte[] message) throws LinkDown, InterruptedException {
        if (wire.isCut) {
            throw new LinkDown("the link is cut");
        }
        for (byte[] each : wire.toDeliver(message)) {
            byte[] answer = wire.reception.receive(gateway, each);
            if (!wire.happens()) {
                answers.accept(answer);
            }
        }
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}
}
