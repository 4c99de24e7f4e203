package suimon.backhaul;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one side of a link can do, said in a hello and in its answer, so that both stay with what the
 * older of them knows.
 *
 * @param version of docs/frames.md that it speaks; 1 where it doesn't say
 * @param needs the oldest version with which the other side can be spoken to
 * @param codecs of readings that it can read besides the columns, by the numbers of docs/frames.md
 */
public record Abilities(int version, int needs, Set<Integer> codecs) {
    /** Of this program. */
    public static final int VERSION = 2;

    /** Of who says nothing about it. */
    public static final Abilities FIRST = new Abilities(1, 1, Set.of());

    /** Of this program. */
    public static final Abilities OWN = new Abilities(VERSION, 1, Set.of(ContentWire.CODED));

    /** More codecs than these nobody has. */
    private static final int CODECS_MAX = 64;

    public Abilities {
        codecs = Set.copyOf(codecs);
    }

    /** What this hub lacks for a gateway, in words; null where nothing. */
    public @Nullable String lackingFor(Abilities gateway) {
        return version >= gateway.needs ? null : "the gateway needs version " + gateway.needs
                + " of the frames, this hub speaks " + version + "; update the hub";
    }

    /** The codec of readings to send to somebody who can do this. */
    int codecFor() {
        return codecs.contains(ContentWire.CODED) ? ContentWire.CODED : ContentWire.COLUMNS;
    }

    void write(WireWriter out) {
        out.unsigned(1, version).unsigned(2, needs)
                .packed(3, column -> new TreeSet<>(codecs).forEach(column::unsigned));
    }

    static Abilities read(WireReader in) throws Malformed {
        int version = 1;
        int needs = 1;
        Set<Integer> codecs = new TreeSet<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> version = in.unsigned(Integer.MAX_VALUE);
                case 2 -> needs = in.unsigned(Integer.MAX_VALUE);
                case 3 -> {
                    for (WireReader.Column from = in.column(); !from.isAtEnd() && codecs.size() < CODECS_MAX; ) {
                        codecs.add(Math.clamp(from.unsigned(), 0, Integer.MAX_VALUE));
                    }
                }
                default -> in.skip();
            }
        }
        return new Abilities(version, needs, codecs);
    }
}
