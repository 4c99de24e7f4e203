package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import suimon.config.UplinkConfig.Lane;

/**
 * Messages recorded from each version as it was when it came: they are read for ever, and what is
 * meant for an older side is still what that side wrote itself. A new version adds a folder.
 */
class RecordedFramesTest {
    private static final Epoch EPOCH = new Epoch(-5);

    /** Three contents with every kind of value and of entry that there was, the same in each version. */
    @Test
    void framesOfEveryVersionAreReadAndMeanTheSame() throws Exception {
        int[] readings = {13, 0, 0};
        for (int number = 1; number <= 3; number++) {
            Content first = content(1, number);

            assertThat(first.series()).as("frame %d", number).hasSize(1);
            assertThat(first.entries()).as("frame %d", number).hasSize(12);
            assertThat(first.blocks().stream().mapToInt(block -> block.readings().size()).sum())
                    .as("frame %d", number).isEqualTo(readings[number - 1]);
            for (int version = 2; version <= Abilities.VERSION; version++) {
                assertThat(content(version, number)).as("version %d, frame %d", version, number).isEqualTo(first);
            }
        }
    }

    /** A codec never changes: what it made of a content once it makes again, as the hash rule asks. */
    @Test
    void theSameContentIsStillTheSameBytes() throws Exception {
        for (int number = 1; number <= 3; number++) {
            Content content = content(1, number);

            assertThat(framed(number, ContentWire.pack(content, ContentWire.CODED)))
                    .isEqualTo(recorded(2, "frame-" + number));
            // Zstandard may pack better one day; what it packs is what an old hub knows.
            assertThat(framed(number, ContentWire.pack(content))).isEqualTo(recorded(1, "frame-" + number));
        }
    }

    @Test
    void aGatewayOfBeforeIsAnsweredAndOneOfNowTalksToAHubOfBeforeInColumns() throws Exception {
        Messages.Up hello = Messages.readUp(recorded(1, "hello"));
        Receipt answer = Messages.readReceipt(recorded(1, "answer"));

        assertThat(hello).isEqualTo(new Messages.Hello("pen-1", EPOCH, 3, 0, Abilities.FIRST));
        assertThat(Abilities.OWN.lackingFor(Abilities.FIRST)).isNull();
        assertThat(answer.abilities()).isEqualTo(Abilities.FIRST);
        assertThat(answer.abilities().codecFor()).isEqualTo(ContentWire.COLUMNS);
    }

    @Test
    void whatVersionTwoSaysOfItselfIsUnderstood() throws Exception {
        Abilities two = new Abilities(2, 1, Set.of(ContentWire.CODED));

        assertThat(Messages.readUp(recorded(2, "hello"))).isEqualTo(new Messages.Hello("pen-1", EPOCH, 3, 77, two));
        assertThat(Messages.readReceipt(recorded(2, "answer")).abilities()).isEqualTo(two);
        assertThat(two.codecFor()).isEqualTo(ContentWire.CODED);
    }

    @Test
    void aGatewayThatNeedsANewerHubIsToldSo() {
        Abilities newer = new Abilities(Abilities.VERSION + 3, Abilities.VERSION + 1, Set.of());

        assertThat(Abilities.OWN.lackingFor(newer))
                .contains("version " + (Abilities.VERSION + 1), "speaks " + Abilities.VERSION, "update the hub");
    }

    private static Content content(int version, int number) throws Exception {
        Messages.Framed framed = (Messages.Framed) Messages.readUp(recorded(version, "frame-" + number));
        return ContentWire.unpack(framed.frame().piece());
    }

    private static byte[] framed(int number, byte[] piece) {
        return Messages.write(new Frame("pen-1", EPOCH, Lane.P3, number, 0, 1, piece));
    }

    private static byte[] recorded(int version, String name) throws Exception {
        String path = "version-" + version + "/" + name;
        try (InputStream in = RecordedFramesTest.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        }
    }
}
