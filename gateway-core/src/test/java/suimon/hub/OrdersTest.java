package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.backhaul.Order;
import suimon.backhaul.OrderClerk;
import suimon.backhaul.OrderTaker;
import suimon.command.CommandDoor;
import suimon.command.OrderDoor;
import suimon.command.RecordingDoor;
import suimon.config.UplinkConfig.Command;
import suimon.hub.OrderBook.Shown;
import suimon.hub.OrderBook.State;
import suimon.pipeline.Alarms;
import suimon.pipeline.CalibrationDesk;
import suimon.pipeline.CaptureJobs;
import suimon.pipeline.Outlet;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.reading.Words;
import suimon.store.CaptureShelf;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/** What people at a hub ask of a gateway happens there once, or is refused, and both ends say so. */
class OrdersTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder = Path.of("");

    @Test
    void anAlarmIsAcknowledgedFromTheHub() throws Exception {
        try (Pair pair = new Pair(folder, 1, 256_000); Hand hand = new Hand(pair, Set.of(Command.ACKNOWLEDGE))) {
            String alarm = hand.raise("oxygen");
            Order order = issue(pair, "acknowledge", Map.of("alarm", alarm));

            start(pair, 1, 0);
            pair.await("the answer", () -> stateOf(pair, order) == State.DONE);

            assertThat(hand.alarms.retained().getFirst().last().state().acknowledged()).isTrue();
            assertThat(audits(pair.log(), "acknowledge")).hasSize(1).first().satisfies(
                    audit -> assertThat(audit.by()).isEqualTo("sato@hub"));
            assertThat(audits(pair.hubLog(), "command acknowledge")).hasSize(1);
            assertThat(audits(pair.hubLog(), "give acknowledge")).hasSize(1);
        }
    }

    @Test
    void aRecordingIsAskedForFromTheHub() throws Exception {
        try (Pair pair = new Pair(folder, 2, 256_000); Hand hand = new Hand(pair, Set.of(Command.CAPTURE))) {
            Order order = issue(pair, "capture", Map.of("sensors", "main/a,main/b", "seconds", "20"));

            start(pair, 2, 0);
            pair.await("the answer", () -> stateOf(pair, order) == State.DONE);

            assertThat(hand.jobs.jobs()).singleElement().satisfies(job -> {
                assertThat(job.seconds()).isEqualTo(20);
                assertThat(lineOf(pair, order).line().outcome()).isEqualTo("done: " + job.id());
            });
        }
    }

    @Test
    void whatTheSiteDoesNotPermitIsRefusedAndOnRecordAtBothEnds() throws Exception {
        try (Pair pair = new Pair(folder, 3, 256_000); Hand hand = new Hand(pair, Set.of(Command.CAPTURE))) {
            Order order = issue(pair, "acknowledge", Map.of("alarm", hand.raise("oxygen")));
            Order unknown = issue(pair, "model", Map.of());

            start(pair, 3, 0);
            pair.await("the answers", () -> stateOf(pair, order) == State.REFUSED
                    && stateOf(pair, unknown) == State.REFUSED);

            assertThat(hand.alarms.retained().getFirst().last().state().acknowledged()).isFalse();
            assertThat(lineOf(pair, order).line().outcome()).contains("not permitted", "gateway.yaml");
            assertThat(lineOf(pair, unknown).line().outcome()).contains("knows no command model");
            assertThat(audits(pair.log(), "command acknowledge")).hasSize(1);
            assertThat(audits(pair.hubLog(), "command acknowledge")).hasSize(1);
        }
    }

    @Test
    void anOrderOutlivesTheHubAndTheGatewayAtEveryStep() throws Exception {
        try (Pair pair = new Pair(folder, 4, 256_000)) {
            Order order;
            try (Hand hand = new Hand(pair, Set.of(Command.ACKNOWLEDGE))) {
                order = issue(pair, "acknowledge", Map.of("alarm", hand.raise("oxygen")));
                pair.stopHub();
                pair.startHub();
                assertThat(stateOf(pair, order)).isEqualTo(State.WAITING);

                // Carried out, but the link is gone before the answer can go up.
                hand.clerk.take("hub", List.of(order));
                pair.await("the effect", () -> audits(pair.log(), "command acknowledge").size() == 1);
            }
            pair.closeLog();
            pair.openLog();
            try (Hand hand = new Hand(pair, Set.of(Command.ACKNOWLEDGE))) {
                assertThat(hand.alarms.retained().getFirst().last().state().acknowledged()).isTrue();
                start(pair, 4, 0);
                pair.await("the answer", () -> stateOf(pair, order) == State.DONE);
                pair.awaitDrained();
                pair.stopUplink();
            }
            pair.stopHub();
            pair.startHub();
            assertThat(stateOf(pair, order)).isEqualTo(State.DONE);
            assertThat(audits(pair.log(), "acknowledge")).hasSize(1);
            assertThat(audits(pair.hubLog(), "command acknowledge")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void overALinkThatLosesAndRepeatsEachIsCarriedOutOnce(long seed) throws Exception {
        try (Pair pair = new Pair(folder, seed, 1000); Hand hand = new Hand(pair, Set.of(Command.ACKNOWLEDGE))) {
            List<Order> orders = new ArrayList<>();
            for (int index = 0; index < 12; index++) {
                orders.add(issue(pair, "acknowledge", Map.of("alarm", hand.raise("pen-" + index))));
            }

            FlakyLink.Wire wire = start(pair, seed, 0.3);
            for (int run = 0; run < 3; run++) {
                pair.stopHub();
                pair.startHub();
                wire.connectTo(pair.hub());
            }
            pair.await("all answers", () -> {
                hand.raise("traffic");
                return orders.stream().allMatch(order -> stateOf(pair, order) == State.DONE);
            });

            List<Entry.Audit> done = audits(pair.log(), "command acknowledge");
            assertThat(new HashSet<>(done.stream().map(Entry.Audit::target).toList())).as("seed=" + seed).hasSize(12);
            assertThat(done).as("seed=" + seed).hasSize(12);
            assertThat(audits(pair.log(), "acknowledge")).as("seed=" + seed).hasSize(12);
        }
    }

    @Test
    void aNumberThatAHubWhichWasPutBackGivesAgainIsRefusedAndNeverTakenForDone() throws Exception {
        try (Pair pair = new Pair(folder, 5, 256_000); Hand hand = new Hand(pair, Set.of(Command.ACKNOWLEDGE))) {
            String alarm = hand.raise("oxygen");
            Order again = issue(pair, "acknowledge", Map.of("alarm", alarm));
            // The gateway has had another command of that number, which this hub has forgotten.
            hand.clerk.take("hub", List.of(new Order(again.book(), 1, "acknowledge", Map.of("alarm", "other"),
                    again.issued(), again.expires(), "sato")));
            pair.await("the first", () -> audits(pair.log(), "command acknowledge").size() == 1);

            FlakyLink.Wire wire = start(pair, 5, 0);
            pair.await("the answer", () -> stateOf(pair, again) == State.REFUSED);
            Order next = issue(pair, "acknowledge", Map.of("alarm", alarm));
            pair.stopUplink();
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));

            pair.await("the next", () -> stateOf(pair, next) == State.DONE);
        }
    }

    @Test
    void whatExpiresIsNeitherSaidNorCarriedOut() throws Exception {
        try (Pair pair = new Pair(folder, 6, 256_000); Hand hand = new Hand(pair, Set.of(Command.ACKNOWLEDGE))) {
            Instant past = Instant.parse("2026-01-01T00:00:00Z");
            hand.clerk.take("hub", List.of(new Order(1, 1, "acknowledge", Map.of("alarm", hand.raise("oxygen")),
                    past, past.plusSeconds(60), "sato")));
            pair.await("the answer", () -> audits(pair.log(), "command acknowledge").size() == 1);

            assertThat(audits(pair.log(), "command acknowledge").getFirst().outcome()).contains("expired");
            assertThat(hand.alarms.retained().getFirst().last().state().acknowledged()).isFalse();
        }
    }

    @Test
    void noMoreThanSoManyWait() throws Exception {
        try (Pair pair = new Pair(folder, 7, 256_000)) {
            for (int index = 0; index < OrderBook.WAITING_MAX; index++) {
                issue(pair, "acknowledge", Map.of("alarm", "a" + index));
            }
            assertThat(book(pair).issue("sato", "acknowledge", Map.of(), DAY)).isInstanceOf(OrderBook.Issued.Refused.class);
            assertThat(book(pair).issue("sato", "Bad Kind", Map.of(), DAY)).isInstanceOf(OrderBook.Issued.Refused.class);
        }
    }

    private static FlakyLink.Wire start(Pair pair, long seed, double trouble) {
        FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), trouble, pair.hub());
        pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
        return wire;
    }

    private static OrderBook book(Pair pair) {
        return java.util.Objects.requireNonNull(pair.hub().orders(Pair.GATEWAY));
    }

    private static Order issue(Pair pair, String kind, Map<String, String> parameters) throws InterruptedException {
        OrderBook.Issued issued = book(pair).issue("sato", kind, parameters, DAY);
        return ((OrderBook.Issued.Waiting) issued).order();
    }

    private static Shown lineOf(Pair pair, Order order) {
        return book(pair).orders().stream().filter(shown -> shown.line().order().equals(order)).findFirst().orElseThrow();
    }

    private static State stateOf(Pair pair, Order order) {
        State state = lineOf(pair, order).state();
        return state == State.DELIVERED ? State.WAITING : state;
    }

    private static List<Entry.Audit> audits(Log log, String action) {
        List<Entry.Audit> found = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            reader.newest(List.of(Entry.Audit.class), 10_000).forEach(each -> {
                if (each.entry() instanceof Entry.Audit audit && audit.action().equals(action)) {
                    found.add(audit);
                }
            });
        } catch (StoreFailed failed) {
            throw new AssertionError(failed);
        }
        return found;
    }

    /** What people and hubs change things with at the gateway. */
    private static final class Hand implements AutoCloseable {
        final Alarms alarms;
        final CaptureJobs jobs;
        final OrderClerk clerk;
        private final Pair pair;

        Hand(Pair pair, Set<Command> permitted) throws Exception {
            this.pair = pair;
            Log log = pair.log();
            alarms = new Alarms(List.of(), name -> log.define(name, Words.same(name), "", 0), log.kept(Alarms.OWNER),
                    Duration.ofMinutes(10), System::nanoTime);
            CommandDoor door = new CommandDoor(log, alarms, pair.clock, new CalibrationDesk(Map.of()));
            jobs = new CaptureJobs(log, CaptureShelf.open(log, pair.gatewayFolder(),
                    new CaptureShelf.Limits(1_000_000, null)), pair.clock);
            jobs.wire(List.of(new Deaf()));
            clerk = new OrderClerk(log, new OrderDoor(door, new RecordingDoor(door, jobs), uplink -> permitted,
                    pair.clock), pair.clock, System::nanoTime);
            clerk.start();
            pair.orders = clerk;
        }

        /** The occurrence. */
        String raise(String rule) {
            synchronized (alarms) {
                alarms.raise(rule, AlarmEvent.Severity.ALERT, Words.same(rule), Words.same("look"),
                        pair.clock.millis() * 1_000_000L);
                Alarms.Outcome outcome = alarms.drain();
                try {
                    pair.log().submit(new Commit(outcome.entries(), outcome.changes()));
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
                return alarms.retained().stream().map(view -> view.last())
                        .filter(last -> last.rule().equals(Alarms.GATEWAY + rule)).findFirst().orElseThrow().occurrence();
            }
        }

        @Override
        public void close() {
            pair.stopUplink();
            clerk.close();
            pair.orders = OrderTaker.NONE;
        }
    }

    private static final class Deaf implements Outlet {
        @Override
        public boolean isWanted(Section section) {
            return false;
        }

        @Override
        public boolean publish(List<Message> messages) {
            return true;
        }

        @Override
        public boolean publish(String topic, byte[] payload, boolean retained) {
            return true;
        }
    }
}
