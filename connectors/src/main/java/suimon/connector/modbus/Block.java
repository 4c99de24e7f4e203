package suimon.connector.modbus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import suimon.connector.modbus.ModbusSettings.Table;

/** Neighbours that one request reads; of the polling thread. */
final class Block {
    /** Bits in one request (Modbus Application Protocol 1.1b3, 6.1). */
    static final int BITS_MAX = 2000;

    final Table table;
    final int address;
    final int count;
    final List<Point> points;

    /** Why the device refuses it; empty while it does not. */
    String trouble = "";

    /** When a refused block is asked for again, on the ticker; means nothing while not refused. */
    long retryNanos;

    private Block(List<Point> points) {
        this.points = List.copyOf(points);
        table = points.getFirst().settings.table();
        address = points.getFirst().settings.address();
        count = points.stream().mapToInt(Block::end).max().orElseThrow() - address;
    }

    private static int end(Point point) {
        return point.settings.address() + point.settings.words();
    }

    /** As few blocks as the limits allow, by table and address. */
    static List<Block> of(List<Point> points, int registersMax, int gap) {
        List<Point> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.comparing((Point point) -> point.settings.table())
                .thenComparingInt(point -> point.settings.address()));
        List<Block> blocks = new ArrayList<>();
        List<Point> open = new ArrayList<>();
        int end = 0;
        for (Point point : sorted) {
            if (!open.isEmpty() && !fits(open.getFirst(), end, point, registersMax, gap)) {
                blocks.add(new Block(open));
                open.clear();
                end = 0;
            }
            open.add(point);
            end = Math.max(end, end(point));
        }
        if (!open.isEmpty()) {
            blocks.add(new Block(open));
        }
        return blocks;
    }

    private static boolean fits(Point first, int end, Point next, int registersMax, int gap) {
        boolean hasBits = first.settings.table().hasBits();
        int max = hasBits ? BITS_MAX : registersMax;
        int room = hasBits ? gap * 16 : gap;
        return next.settings.table() == first.settings.table()
                && next.settings.address() <= end + room
                && end(next) - first.settings.address() <= max;
    }

    boolean canBeSplit() {
        return points.size() > 1;
    }

    /** Two blocks that together read the same points, without what lies between them. */
    List<Block> halves() {
        int middle = points.size() / 2;
        return List.of(new Block(points.subList(0, middle)), new Block(points.subList(middle, points.size())));
    }

    /** Bytes that an answer has. */
    int bytes() {
        return table.hasBits() ? (count + 7) / 8 : count * 2;
    }

    @Override
    public String toString() {
        String name = table.name().toLowerCase(java.util.Locale.ROOT);
        return count == 1 ? name + " " + address : name + " " + address + " to " + (address + count - 1);
    }
}
