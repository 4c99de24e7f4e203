package suimon.connector.modbus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import suimon.connector.modbus.ModbusSettings.UnitSettings;

/** One device of the bus while the source runs; of the polling thread, but for its troubles. */
final class Station {
    private static final Duration ASIDE_MIN = Duration.ofSeconds(1);
    private static final Duration ASIDE_MAX = Duration.ofMinutes(1);
    /** A silent device takes at most one part in so many of the line's time. */
    private static final int SHARE = 10;

    final UnitSettings settings;
    final List<Point> points = new ArrayList<>();
    private final Duration asideMin;
    private List<Block> blocks;
    private Duration aside;
    private volatile String trouble = "";
    private volatile String refused = "";
    private volatile String slow = "";
    private volatile int refusedPoints;

    private boolean hasAnswered;

    /** When it is its turn, on the ticker. */
    long dueNanos;

    Station(UnitSettings settings, List<Point> points, ModbusSettings bus, long nowNanos) {
        this.settings = settings;
        this.points.addAll(points);
        blocks = Block.of(points, bus.registersMax(), bus.gap());
        Duration share = bus.timeout().multipliedBy(SHARE);
        asideMin = share.compareTo(ASIDE_MIN) > 0 ? share : ASIDE_MIN;
        aside = asideMin;
        dueNanos = nowNanos;
    }

    List<Block> blocks() {
        return blocks;
    }

    boolean isAside() {
        return !trouble.isEmpty();
    }

    /** Leaves it alone for a while that grows; true when this is news. */
    boolean setAside(String reason, long nowNanos) {
        boolean isNews = trouble.isEmpty();
        trouble = reason;
        points.forEach(point -> point.breakOff(reason));
        dueNanos = nowNanos + aside.toNanos();
        Duration doubled = aside.multipliedBy(2);
        Duration longest = ASIDE_MAX.compareTo(asideMin) > 0 ? ASIDE_MAX : asideMin;
        aside = doubled.compareTo(longest) < 0 ? doubled : longest;
        return isNews;
    }

    /** It answers; true when this is news. */
    boolean takeBack() {
        boolean isNews = !trouble.isEmpty();
        trouble = "";
        aside = asideMin;
        return isNews;
    }

    /** It answered a request in this round. */
    void answered() {
        hasAnswered = true;
    }

    /** Whether it answered since the last call. */
    boolean takeAnswered() {
        boolean answered = hasAnswered;
        hasAnswered = false;
        return answered;
    }

    /** Asks for this block last, so that it does not speak for the whole device when asked again. */
    void last(Block block) {
        List<Block> order = new ArrayList<>(blocks);
        if (order.remove(block)) {
            order.add(block);
        }
        blocks = List.copyOf(order);
    }

    /** A round ended: the next one begins one period after the last, or at once when that is past. */
    void done(long beganNanos, long nowNanos) {
        long period = settings.every().toNanos();
        long took = nowNanos - beganNanos;
        slow = took > period
                ? "a round takes " + Duration.ofNanos(took).toMillis() + " ms, more than every allows" : "";
        dueNanos = Math.max(dueNanos + period, nowNanos);
    }

    /** Reads the parts by themselves from now on, so that one bad register stops no other. */
    List<Block> split(Block block) {
        List<Block> halves = block.halves();
        List<Block> parts = new ArrayList<>();
        for (Block one : blocks) {
            parts.addAll(one.equals(block) ? halves : List.of(one));
        }
        blocks = List.copyOf(parts);
        return halves;
    }

    /** Notes what the device refuses, for those who ask. */
    void count() {
        List<Block> bad = blocks.stream().filter(block -> !block.trouble.isEmpty()).toList();
        refusedPoints = bad.stream().mapToInt(block -> block.points.size()).sum();
        refused = bad.isEmpty() ? "" : bad.getFirst().trouble;
    }

    /** How many of its points are not read; from any thread. */
    int missing() {
        return isAside() ? points.size() : refusedPoints;
    }

    /** What a person should know; empty when nothing. From any thread. */
    String state() {
        return isAside() ? trouble : refused.isEmpty() ? slow : refused;
    }
}
