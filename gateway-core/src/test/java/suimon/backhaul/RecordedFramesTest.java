package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import suimon.config.UplinkConfig.Lane;

/**
 * Messages recorded from each version as it was when it came: they are read for ever, and what is
 * meant for an older side is still what that side wrote itself. A new version adds a folder.
 */
class RecordedFramesTest {
    private static final Epoch EPOCH = new Epoch(-5);

    @Test
    void framesOfEveryVersionAreRead() throws Exception {
        for (int version = 1; version <= Abilities.VERSION; version++) {
            for (int seed = 1; seed <= 3; seed++) {
                Messages.Up up = Messages.readUp(recorded(version, "frame-" + seed));

                assertThat(up).isInstanceOfSatisfying(Messages.Framed.class, framed ->
                        assertThat(framed.frame().number()).isPositive());
                assertThat(ContentWire.unpack(((Messages.Framed) up).frame().piece()))
                        .as("version %d, seed %d", version, seed)
                        .isEqualTo(FramesOnTheWireTest.content(new Random(seed)));
            }
        }
    }

    /** A codec never changes: what it made of a content once it makes again, as the hash rule asks. */
    @Test
    void theSameContentIsStillTheSameBytes() throws Exception {
        for (int seed = 1; seed <= 3; seed++) {
            Content content = FramesOnTheWireTest.content(new Random(seed));

            assertThat(framed(seed, ContentWire.pack(content, ContentWire.CODED)))
                    .isEqualTo(recorded(2, "frame-" + seed));
            // Zstandard may pack better one day; what it packs is what an old hub knows.
            assertThat(framed(seed, ContentWire.pack(content))).isEqualTo(recorded(1, "frame-" + seed));
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
