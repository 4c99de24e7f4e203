package suimon.connector.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import suimon.pipeline.Delivery.Sample;

/** Births, data and deaths as a host application must take them (Sparkplug 3.0, chapters 4 and 5). */
class EdgeNodesTest implements EdgeNodes.Outside {
    private static final long SECOND = 1_000_000_000L;
    private static final int DOUBLE = 10;

    private final List<String> said = new ArrayList<>();
    private long ticks = SECOND;
    private final EdgeNodes nodes =
            new EdgeNodes("{node}/{device}/{metric}", Duration.ofSeconds(5), Duration.ofSeconds(30), this);

    @Test
    void dataByAliasIsWhatTheBirthSaid() throws Exception {
        born(3);
        take("spBv1.0/g/DBIRTH/n/d", Uttered.payload(2000, 1)
                .metric(Uttered.named("temperature", DOUBLE).alias(7).real(8.5)));

        take("spBv1.0/g/DDATA/n/d", Uttered.payload(3000, 2).metric(Uttered.aliased(7).number(3, 2500).real(9.25)));
        take("spBv1.0/g/NDATA/n", Uttered.payload(4000, 3).metric(Uttered.aliased(1).real(-1)));

        assertThat(said).containsExactly("n/level 1.5 1000 0", "n/d/temperature 8.5 2000 0",
                "n/d/temperature 9.25 2500 0", "n/level -1.0 4000 0");
        assertThat(nodes.online()).isEqualTo(1);
    }

    @Test
    void aBirthSaysWhatItsValuesMeanBeforeTheFirst() throws Exception {
        Uttered meaning = new Uttered().text(1, "engUnit").text(1, "engLow").text(1, "engHigh").text(1, "Quality")
                .bytes(2, new Uttered().number(1, 12).text(8, "mg/L").bytes())
                .bytes(2, new Uttered().number(1, 10).number(3, 0).bytes())
                .bytes(2, new Uttered().number(1, 4).number(4, 20).bytes())
                .bytes(2, new Uttered().number(1, 3).number(3, 192).bytes());

        take("spBv1.0/g/NBIRTH/n", Uttered.payload(1000, 0)
                .metric(Uttered.named("do", DOUBLE).real(8.5).bytes(9, meaning.bytes()))
                .metric(Uttered.named("level", DOUBLE).real(1)));

        assertThat(said).containsExactly("n/do in mg/L 0.0 to 20.0", "n/do 8.5 1000 0", "n/level 1.0 1000 0");
    }

    @Test
    void everyTypeOfNumberKeepsItsSignAndWidth() throws Exception {
        take("spBv1.0/g/NBIRTH/n", Uttered.payload(1, 0)
                .metric(Uttered.named("int8", 1).whole(0xff)).metric(Uttered.named("int16", 2).whole(0xffffff80L))
                .metric(Uttered.named("int32", 3).whole(0xfffffff0L)).metric(Uttered.named("int64", 4).number(11, -5))
                .metric(Uttered.named("uint8", 5).whole(200)).metric(Uttered.named("uint32", 7).whole(0xffffffffL))
                .metric(Uttered.named("uint64", 8).number(11, -1)).metric(Uttered.named("boolean", 11).number(14, 1))
                .metric(Uttered.named("text", 12).text(15, "水")).metric(Uttered.named("none", 3).number(7, 1))
                .metric(Uttered.named("time", 13).number(11, 1_795_392_000_000L))
                .metric(Uttered.named("shorts", 23).bytes(16, HexFormat.of().parseHex("feff0100")))
                .metric(Uttered.named("switches", 32).bytes(16, HexFormat.of().parseHex("03000000a0")))
                .metric(Uttered.named("table", 16).bytes(17, new byte[0]))
                .metric(Uttered.named("pump", 19).bytes(18, new Uttered().metric(
                        Uttered.named("speed", 3).whole(1450)).bytes()))
                .metric(Uttered.named("old", 3).whole(4).bytes(9, new Uttered().text(1, "Quality")
                        .bytes(2, new Uttered().number(1, 3).number(3, 500).bytes()).bytes())));

        assertThat(said).containsExactly("n/int8 -1 1 0", "n/int16 -128 1 0", "n/int32 -16 1 0", "n/int64 -5 1 0",
                "n/uint8 200 1 0", "n/uint32 4294967295 1 0", "n/uint64 18446744073709551615 1 0",
                "n/boolean true 1 0", "n/text 水 1 0", "n/none  1 809b0000", "n/time 1795392000000 1 0",
                "n/shorts/0 -2 1 0", "n/shorts/1 1 1 0", "n/switches/0 true 1 0", "n/switches/1 false 1 0",
                "n/switches/2 true 1 0", "n/pump/speed 1450 1 0", "n/old 4 1 40900000");
    }

    @Test
    void theDeathOfASessionLeavesNoFreshValueAndThatOfAnEarlierOneNothing() throws Exception {
        born(3);
        take("spBv1.0/g/DBIRTH/n/d", Uttered.payload(1000, 1).metric(Uttered.named("t", DOUBLE).real(1)));
        said.clear();

        take("spBv1.0/g/NDEATH/n", new Uttered().metric(Uttered.named("bdSeq", 4).number(11, 2)));
        assertThat(said).isEmpty();
        take("spBv1.0/g/NDEATH/n", new Uttered().metric(Uttered.named("bdSeq", 4).number(11, 3)));
        take("spBv1.0/g/NDEATH/n", new Uttered().metric(Uttered.named("bdSeq", 4).number(11, 3)));

        assertThat(said).containsExactlyInAnyOrder("n/level  77 80310000", "n/d/t  77 80310000");
        assertThat(nodes.online()).isZero();
    }

    @Test
    void aDeviceThatDiesTakesNoOtherWithIt() throws Exception {
        born(3);
        take("spBv1.0/g/DBIRTH/n/d", Uttered.payload(1000, 1).metric(Uttered.named("t", DOUBLE).real(1)));
        said.clear();

        take("spBv1.0/g/DDEATH/n/d", Uttered.payload(5000, 2));

        assertThat(said).containsExactly("n/d/t  5000 80310000");
        assertThat(nodes.online()).isEqualTo(1);
    }

    @Test
    void aMessageAheadOfItsTurnWaitsForThoseBeforeIt() throws Exception {
        born(0);
        said.clear();

        take("spBv1.0/g/NDATA/n", level(3, 3));
        take("spBv1.0/g/NDATA/n", level(2, 2));
        take("spBv1.0/g/NDATA/n", level(1, 1));

        assertThat(said).containsExactly("n/level 1.0 1 0", "n/level 2.0 2 0", "n/level 3.0 3 0");
    }

    @Test
    void theSequenceGoesRoundAfter255() throws Exception {
        born(0);
        said.clear();

        for (int number = 1; number <= 600; number++) {
            take("spBv1.0/g/NDATA/n", level(number, number % 256));
        }

        assertThat(said).hasSize(600).noneMatch(line -> line.startsWith("ask") || line.startsWith("lost"));
    }

    @Test
    void whatIsMissingIsAGapAndTheNodeIsAskedForItsBirth() throws Exception {
        born(0);
        said.clear();
        take("spBv1.0/g/NDATA/n", level(3, 3));

        nodes.tick(0);
        assertThat(said).isEmpty();
        ticks += 6 * SECOND;
        nodes.tick(0);
        take("spBv1.0/g/NDATA/n", level(4, 4));

        assertThat(said).containsExactly("lost edge node g/n: seq 1 expected, 3 came", "n/level 3.0 3 0",
                "ask g/n", "n/level 4.0 4 0");
    }

    @Test
    void aNodeThatNobodySawBornIsAskedNoMoreOftenThanConfigured() throws Exception {
        for (int second = 0; second < 60; second++) {
            take("spBv1.0/g/NDATA/n", level(second, second + 9));
            ticks += SECOND;
        }

        assertThat(said).containsExactly("ask g/n", "ask g/n");
    }

    @Test
    void whatCameBeforeTheBirthIsAGapAndWhatOvertookItIsTaken() throws Exception {
        take("spBv1.0/g/NDATA/n", level(5, 9));
        take("spBv1.0/g/DBIRTH/n/d", Uttered.payload(1001, 1).metric(Uttered.named("t", DOUBLE).real(2)));

        born(0);

        assertThat(said).containsExactly("ask g/n", "lost edge node g/n: 1 messages before its birth",
                "n/level 1.5 1000 0", "n/d/t 2.0 1001 0");
    }

    @Test
    void anAliasOfNoBirthIsRefusedAndTheBirthAskedFor() throws Exception {
        born(0);
        said.clear();

        take("spBv1.0/g/NDATA/n", Uttered.payload(5, 1).metric(Uttered.aliased(99).real(1)));

        assertThat(said).containsExactly("ask g/n", "refused metric with alias 99 was in no birth of"
                + " spBv1.0/g/NDATA/n; the node is asked for its birth");
    }

    @Test
    void aNodeThatDoesNotComeBackWithTheConnectionCountsAsDead() throws Exception {
        born(0);
        said.clear();

        nodes.disconnected();
        nodes.connected();
        ticks += 61 * SECOND;
        nodes.tick(9_000_000);

        assertThat(said).containsExactly("ask g/n", "n/level  9 80310000");
    }

    @Test
    void aThousandNodesWithoutBirthAreAskedSixHundredTimesAMinute() throws Exception {
        for (int node = 0; node <= EdgeNodes.NODES_MAX; node++) {
            take("spBv1.0/g/NDATA/n" + node, level(1, 1));
        }

        assertThat(said).filteredOn(line -> line.startsWith("ask")).hasSize(EdgeNodes.REBIRTHS_A_MINUTE_MAX);
        assertThat(said).last().isEqualTo("refused edge node n1000 would be one more than 1000");
    }

    @Test
    void compressedPayloadsAndOtherBytesAreRefusedWithTheReason() throws Exception {
        take("spBv1.0/g/NBIRTH/n", new Uttered().text(4, "SPBV1.0_COMPRESSED").bytes(5, new byte[9]));
        take("spBv1.0/g/NBIRTH/n", new Uttered().number(3, 256));
        take("spBv1.0/g/NBIRTH/n", new Uttered().bytes(2, new byte[] {10, 100}));

        assertThat(said).containsExactly("refused a compressed payload; turn compression off at the edge node",
                "refused seq 256, expected 0 to 255",
                "refused not a Sparkplug payload: at byte 4 a length of 100 where 0 bytes are left");
    }

    @Test
    void damagedMessagesAreTakenOrRefused() throws Exception {
        long seed = 20_261_123;
        Random random = new Random(seed);
        byte[] good = Uttered.payload(1000, 0).metric(Uttered.named("a", 1).alias(3).whole(5))
                .metric(Uttered.named("p", 19).bytes(18, new Uttered().metric(Uttered.named("s", 3).whole(1)).bytes()))
                .metric(Uttered.named("l", 23).bytes(16, new byte[4])).bytes();
        String[] kinds = {"NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH"};
        for (int number = 0; number < 100_000; number++) {
            byte[] message = Arrays.copyOf(good, good.length - random.nextInt(3));
            for (int count = random.nextInt(3); count >= 0; count--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            String kind = kinds[random.nextInt(kinds.length)];
            String topic = "spBv1.0/g/" + kind + "/n" + (kind.startsWith("D") ? "/d" : "");
            try {
                nodes.take(Objects.requireNonNull(Incoming.of(topic, message, 77_000_000)));
            } catch (RuntimeException e) {
                throw new AssertionError("seed=" + seed + " message=" + number + " " + topic + " "
                        + HexFormat.of().formatHex(message), e);
            }
        }

        assertThat(said).anyMatch(line -> line.startsWith("refused")).anyMatch(line -> line.startsWith("n/a"));
    }

    @Test
    void commandsAreNotForUs() {
        assertThat(Incoming.of("spBv1.0/g/NCMD/n", new byte[0], 0)).isNull();
        assertThat(Incoming.of("spBv1.0/g/NDATA", new byte[0], 0)).isNull();
        assertThat(Incoming.of("spBv1.0/g/NDATA/n/d", new byte[0], 0)).isNull();
        assertThat(Incoming.of("spAv1.0/g/NDATA/n", new byte[0], 0)).isNull();
    }

    private void born(long bdSeq) throws InterruptedException {
        take("spBv1.0/g/NBIRTH/n", Uttered.payload(1000, 0).metric(Uttered.named("bdSeq", 4).number(11, bdSeq))
                .metric(Uttered.named("Node Control/Rebirth", 11).number(14, 0))
                .metric(Uttered.named("level", DOUBLE).alias(1).real(1.5)));
    }

    private static Uttered level(long value, int sequence) {
        return Uttered.payload(value, sequence).metric(Uttered.aliased(1).real(value));
    }

    private void take(String topic, Uttered payload) throws InterruptedException {
        nodes.take(Objects.requireNonNull(Incoming.of(topic, payload.bytes(), 77_000_000)));
    }

    @Override
    public void samples(List<Sample> samples, long receivedNanos) {
        for (Sample sample : samples) {
            said.add(sample.series() + " " + sample.value().asText() + " " + sample.measuredNanos() / 1_000_000 + " "
                    + Integer.toHexString(sample.status()));
        }
    }

    @Override
    public void described(Map<String, Metric.Properties> series) {
        series.forEach((name, means) -> said.add(name + " in " + means.unit() + " " + means.low() + " to " + means.high()));
    }

    @Override
    public void lost(long fromNanos, long toNanos, String reason) {
        said.add("lost " + reason);
    }

    @Override
    public void refused(Incoming message, String reason) {
        said.add("refused " + reason);
    }

    @Override
    public void askForBirth(String group, String node) {
        said.add("ask " + group + "/" + node);
    }

    @Override
    public long ticks() {
        return ticks;
    }
}
