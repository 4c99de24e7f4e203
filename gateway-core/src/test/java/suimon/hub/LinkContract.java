package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.backhaul.Timing;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.store.Commit;

/** What every link and its gate keep to, whatever carries them. Extended by each one's own test. */
public abstract class LinkContract {
    protected static final String TOKEN = "a token of the pen";

    @TempDir
    public Path folder = Path.of("");

    /** A gate that is not started; opened again it has the same address. */
    protected abstract Gate openGate(GateContext context) throws Exception;

    /** A link to that address which proves itself with the token. */
    protected abstract Link openLink(LinkContext context, String token) throws Exception;

    /** A hub that keeps what it gets and answers with the message backwards. */
    protected static final class Echo implements Reception {
        public final List<byte[]> received = new CopyOnWriteArrayList<>();

        public Echo() {}

        @Override
        public boolean admits(
                String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
            return gateway.equals(Pair.GATEWAY) && token.equals(TOKEN);
        }

        @Override
        public boolean knows(String gateway) {
            return gateway.equals(Pair.GATEWAY);
        }

        @Override
        public byte[] receive(String gateway, byte[] message) {
            received.add(message);
            return backwards(message);
        }

        static byte[] backwards(byte[] message) {
            byte[] answer = new byte[message.length];
            for (int index = 0; index < message.length; index++) {
                answer[index] = message[message.length - 1 - index];
            }
            return answer;
        }
    }

    protected final GateContext gateContext(Reception reception) {
        return new GateContext(reception, folder.resolve("gate"), Clock.systemUTC());
    }

    protected final LinkContext linkContext(Consumer<byte[]> answers) {
        return new LinkContext(
                Pair.GATEWAY, "hub", answers, folder.resolve("link"), Clock.systemUTC());
    }

    @Test
    public void anAnswerComesBackForEachMessageWhateverItsLength() throws Exception {
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        Random random = new Random(1);
        try (Gate gate = openGate(gateContext(hub))) {
            gate.start();
            try (Link link = openLink(linkContext(answers::add), TOKEN)) {
                for (int length : new int[] {1, 340, 5000, 256_000, 4 << 20}) {
                    byte[] message = new byte[length];
                    random.nextBytes(message);

                    link.send(message);

                    awaitAnswer(link, message, () -> answers.stream()
                            .anyMatch(answer -> Arrays.equals(answer, Echo.backwards(message))));
                }
            }
        }
    }

    @Test
    public void manyMessagesWithoutWaitingAreAllAnswered() throws Exception {
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        try (Gate gate = openGate(gateContext(hub))) {
            gate.start();
            try (Link link = openLink(linkContext(answers::add), TOKEN)) {
                for (int count = 0; count < 200; count++) {
                    link.send(("message " + count).getBytes(java.nio.charset.StandardCharsets.UTF_8));
                }

                await("200 answers", () -> answers.size() == 200);
            }
        }
        assertThat(hub.received).hasSize(200);
    }

    @Test
    public void aWrongTokenNeverReachesTheHub() throws Exception {
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        try (Gate gate = openGate(gateContext(hub))) {
            gate.start();
            try (Link link = openLink(linkContext(answers::add), "another token")) {
                boolean isTold = false;
                try {
                    link.send(new byte[] {1, 2, 3});
                    await("an answer", () -> !answers.isEmpty());
                } catch (LinkDown refused) {
                    isTold = true;
                }

                assertThat(isTold || !answers.isEmpty()).isTrue();
                assertThat(hub.received).isEmpty();
            }
        }
    }

    @Test
    public void theSameLinkWorksAgainAfterTheGateWasAway() throws Exception {
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        Gate first = openGate(gateContext(hub));
        first.start();
        try (Link link = openLink(linkContext(answers::add), TOKEN)) {
            link.send(new byte[] {1});
            await("the first answer", () -> answers.size() == 1);

            first.close();
            sendAnyway(link, new byte[] {2});
            link.reset();
            try (Gate second = openGate(gateContext(hub))) {
                second.start();

                await("an answer after the restart", () -> {
                    sendAnyway(link, new byte[] {3});
                    return awaitBriefly(() -> answers.stream().anyMatch(answer -> answer[0] == 3));
                });
            }
        }
    }

    @Test
    public void aHungUpLinkConnectsAnew() throws Exception {
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        try (Gate gate = openGate(gateContext(hub))) {
            gate.start();
            try (Link link = openLink(linkContext(answers::add), TOKEN)) {
                for (byte round = 1; round <= 3; round++) {
                    byte[] message = {round};
                    link.send(message);
                    await("answer " + round, () -> answers.stream()
                            .anyMatch(answer -> Arrays.equals(answer, message)));
                    link.reset();
                }
            }
        }
    }

    @Test
    public void anUplinkDeliversEverythingThroughItAlthoughTheGateIsRestarted() throws Exception {
        try (Pair pair = new Pair(folder, 5, 3000)) {
            pair.timing = new Timing(Duration.ofSeconds(2), Duration.ofMillis(20),
                    Duration.ofMillis(200), Duration.ofSeconds(10));
            Traffic traffic = new Traffic(5);
            traffic.commit(pair.log(), 30);
            Reception reception = admitting(pair.hub());
            Gate gate = openGate(gateContext(reception));
            gate.start();

            pair.startUplink(answers -> opened(linkContext(answers)));
            traffic.commit(pair.log(), 10);
            gate.close();
            try (Gate second = openGate(gateContext(reception))) {
                second.start();
                pair.awaitDrained();
                pair.stopUplink();
            }

            UplinkToHubTest.assertSame(pair, 5);
        }
    }

    /** Waits for the answer; a link that may lose a message sends it again, as an uplink would. */
    protected void awaitAnswer(Link link, byte[] message, BooleanSupplier isThere) throws Exception {
        await("an answer to " + message.length + " bytes", isThere);
    }

    /**
     * A pair's log goes to its hub while the gate and the uplink are stopped and started in turn, and is there once.
     *
     * @param patience for an answer
     */
    protected final void assertDeliveredOnce(long seed, int frameBytes, Duration patience, int restarts)
            throws Exception {
        try (Pair pair = new Pair(folder, seed, frameBytes)) {
            pair.timing = new Timing(patience, Duration.ofMillis(2), Duration.ofMillis(40), Duration.ofSeconds(10));
            Traffic traffic = new Traffic(seed);
            Reception reception = admitting(pair.hub());
            for (int round = 0; round <= restarts; round++) {
                traffic.commit(pair.log(), 3);
                try (Gate gate = openGate(gateContext(reception))) {
                    gate.start();
                    if (round % 2 == 0) {
                        pair.startUplink(answers -> opened(linkContext(answers)));
                    }
                    pair.await("a lane is empty, round " + round, () -> pair.uplink().status().lanes().stream()
                            .anyMatch(lane -> lane.behind() == 0 && lane.unconfirmed() == 0));
                    if (round == restarts) {
                        pair.awaitDrained();
                    }
                    if (round % 2 == 1) {
                        pair.stopUplink();
                    }
                }
            }
            UplinkToHubTest.assertSame(pair, seed);
        }
    }

    /** Runs {@code between} when all is confirmed that was on its way to the hub, and then sends one alarm to it. */
    protected final void sendAlarm(int frameBytes, Runnable between) throws Exception {
        try (Pair pair = new Pair(folder, 1, frameBytes); Gate gate = openGate(gateContext(admitting(pair.hub())))) {
            pair.timing = new Timing(Duration.ofSeconds(20), Duration.ofMillis(20), Duration.ofSeconds(1),
                    Duration.ofHours(1));
            gate.start();
            pair.startUplink(answers -> opened(linkContext(answers)));
            for (int alarms = 1; alarms <= 2; alarms++) {
                pair.log().commit(new Commit(List.of(new Entry.Alarm(Traffic.alarm(AlarmEvent.Kind.ACTIVATED,
                        Instant.ofEpochSecond(1_760_000_000L + alarms)))), List.of()));
                int there = alarms;
                pair.await("alarm " + alarms, () -> alarmsAt(pair) == there);
                pair.awaitDrained();
                if (alarms == 1) {
                    between.run();
                }
            }
            pair.stopUplink();
        }
    }

    private static long alarmsAt(Pair pair) {
        try {
            return pair.hub().log(Pair.GATEWAY) == null ? 0 : Holdings.of(pair.hubLog()).entries().stream()
                    .filter(entry -> entry.contains("do-low/")).count();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private Link opened(LinkContext context) {
        try {
            return openLink(context, TOKEN);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /** The pair's hub has no token; the contract's gates ask for one. */
    private static Reception admitting(Hub hub) {
        return new Reception() {
            @Override
            public boolean admits(
                String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
                return token.equals(TOKEN) && hub.admits(gateway, "", shown, loopback);
            }

            @Override
            public boolean knows(String gateway) {
                return hub.knows(gateway);
            }

            @Override
            public byte[] receive(String gateway, byte[] message) throws InterruptedException {
                return hub.receive(gateway, message);
            }
        };
    }

    private static void sendAnyway(Link link, byte[] message) {
        try {
            link.send(message);
        } catch (LinkDown expected) {
            // The gate is away, or was when an earlier message was under way.
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static boolean awaitBriefly(BooleanSupplier condition) {
        long end = System.nanoTime() + 300_000_000L;
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return condition.getAsBoolean();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 60 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
