package suimon.connector.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import suimon.fuzz.FuzzContract;
import suimon.fuzz.Subject;
import suimon.pipeline.Delivery.Sample;

/** Births and data of an edge node, by protobuf: taken, or refused with a reason. */
class SparkplugFuzzTest extends FuzzContract {
    private static final int DOUBLE = 10;
    private static final String[] TOPICS = {"NBIRTH/n", "NDATA/n", "DBIRTH/n/d", "DDATA/n/d", "DDEATH/n/d", "NDEATH/n"};
    /** A node that keeps every metric of a mangled birth would refuse all later ones. */
    private static final int FRESH_EVERY = 500;

    @Override
    protected List<Subject> subjects() {
        return List.of(
                new Subject("sparkplug", List.of(birth(), data()), input -> {
                    try {
                        Metric.Payload.read(input);
                        return true;
                    } catch (BadPayload refused) {
                        return false;
                    }
                }),
                new Subject("sparkplug-session", List.of(spoken(0, birth()), spoken(1, data())), new Session()));
    }

    private static byte[] birth() {
        return Uttered.payload(1000, 0)
                .metric(Uttered.named("bdSeq", 4).number(11, 3))
                .metric(Uttered.named("level", DOUBLE).alias(1).real(1.5))
                .metric(Uttered.named("text", 12).text(15, "水"))
                .metric(Uttered.named("shorts", 23).bytes(16, HexFormat.of().parseHex("feff0100")))
                .metric(Uttered.named("switches", 32).bytes(16, HexFormat.of().parseHex("03000000a0")))
                .metric(Uttered.named("pump", 19).bytes(18, new Uttered().metric(
                        Uttered.named("speed", 3).whole(1450)).bytes()))
                .metric(Uttered.named("old", 3).whole(4).bytes(9, new Uttered().text(1, "Quality")
                        .bytes(2, new Uttered().number(1, 3).number(3, 500).bytes()).bytes()))
                .bytes();
    }

    private static byte[] data() {
        return Uttered.payload(4000, 1).metric(Uttered.aliased(1).real(-1)).metric(Uttered.named("level", 10).real(2)).bytes();
    }

    private static byte[] spoken(int topic, byte[] payload) {
        byte[] input = new byte[payload.length + 1];
        input[0] = (byte) topic;
        System.arraycopy(payload, 0, input, 1, payload.length);
        return input;
    }

    /** The first byte says which kind of message it is. */
    private static final class Session implements Subject.Reader, EdgeNodes.Outside {
        private EdgeNodes nodes = fresh();
        private int inputs;
        private boolean isRefused;

        private EdgeNodes fresh() {
            return new EdgeNodes("{node}/{device}/{metric}", Duration.ofSeconds(5), Duration.ofSeconds(30), this);
        }

        @Override
        public boolean takes(byte[] input) throws Exception {
            if (input.length == 0) {
                return false;
            }
            if (++inputs % FRESH_EVERY == 0) {
                nodes = fresh();
            }
            isRefused = false;
            Incoming message = Incoming.of("spBv1.0/g/" + TOPICS[(input[0] & 0xff) % TOPICS.length],
                    java.util.Arrays.copyOfRange(input, 1, input.length), 77);
            nodes.take(java.util.Objects.requireNonNull(message));
            nodes.tick(inputs);
            return !isRefused;
        }

        @Override
        public void samples(List<Sample> samples, long receivedNanos) {
            assertThat(samples).isNotNull();
        }

        @Override
        public void described(java.util.Map<String, Metric.Properties> series) {
            assertThat(series).doesNotContainKey("bdSeq");
        }

        @Override
        public void lost(long fromNanos, long toNanos, String reason) {
            assertThat(reason).isNotBlank();
        }

        @Override
        public void refused(Incoming message, String reason) {
            assertThat(reason).isNotBlank();
            isRefused = true;
        }

        @Override
        public void askForBirth(String group, String node) {
            assertThat(node).isEqualTo("n");
        }

        @Override
        public long ticks() {
            return inputs * 1_000_000_000L;
        }
    }
}
