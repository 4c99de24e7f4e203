package suimon.connector.modbus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.modbus.BusFailure.Kind;
import suimon.pipeline.Progress;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;

/**
 * Reads the devices of one bus in turn, on one virtual thread (Modbus Application Protocol 1.1b3,
 * Modbus Messaging on TCP/IP 1.0b, Modbus over Serial Line 1.02).
 *
 * <p>Only answers prove that a device lives: a connection that stands and brings none is given up.
 * A silent device is set aside and asked again after a while that grows, so that it does not take
 * the line from the others. Modbus has no past: what was not read is recorded as a gap.
 */
public final class ModbusSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(ModbusSource.class);
    private static final Duration BACK_OFF_MIN = Duration.ofMillis(500);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(15);
    private static final Duration FAREWELL = Duration.ofSeconds(3);
    private static final long IDLE_NANOS_MAX = Duration.ofMillis(250).toNanos();
    private static final long REFUSED_RETRY_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long BUSY_NANOS = Duration.ofMillis(100).toNanos();
    /** A device set aside waits no longer than this for a line that is never free. */
    private static final long ASIDE_PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private final ModbusSettings settings;
    private final SourceContext context;
    private final Handover handover;
    private final List<Station> stations;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile String trouble = "not started";
    private volatile @Nullable Instant lastProgressAt;
    private int silentInARow;
    private boolean hasAnswered;

    public ModbusSource(ModbusSettings settings, SourceContext context) {
        this.settings = settings;
        this.context = context;
        handover = new Handover(settings.name(), context, () -> lastProgressAt = context.clock().instant());
        long now = context.ticker().nanos();
        stations = settings.units().stream()
                .map(unit -> new Station(unit, unit.registers().stream()
                        .map(one -> new Point(one, context.lastCommitted().applyAsLong(one.series()))).toList(),
                        settings, now))
                .toList();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() {
        trouble = "connecting to " + settings.endpoint();
        thread = Thread.ofVirtual().name("modbus-" + name()).start(() -> {
            try {
                keepConnected();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void keepConnected() throws InterruptedException {
        Duration backOff = BACK_OFF_MIN;
        while (!isClosed()) {
            hasAnswered = false;
            try (Bus bus = Bus.open(settings, context.ticker())) {
                LOG.info("source={} connected to {}", name(), settings.endpoint());
                trouble = "";
                poll(bus);
            } catch (BusFailure lost) {
                tell(lost.text());
            }
            backOff = hasAnswered ? BACK_OFF_MIN : backOff;
            long millis = backOff.toMillis();
            pause(TimeUnit.MILLISECONDS.toNanos(millis / 2 + ThreadLocalRandom.current().nextLong(millis)));
            Duration doubled = backOff.multipliedBy(2);
            backOff = doubled.compareTo(BACK_OFF_MAX) < 0 ? doubled : BACK_OFF_MAX;
        }
    }

    /** Logs a trouble once, however often it comes again. */
    private void tell(String message) {
        stations.forEach(station -> station.points.forEach(point -> point.breakOff(message)));
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn("source={} {}", name(), message);
        }
    }

    private void poll(Bus bus) throws BusFailure, InterruptedException {
        silentInARow = 0;
        while (!isClosed()) {
            long now = context.ticker().nanos();
            Station next = next(now);
            long wait = next.dueNanos - now;
            if (wait > 0) {
                pause(Math.min(wait, IDLE_NANOS_MAX));
            } else {
                round(bus, next, now);
            }
        }
    }

    /** Whose turn it is: those who answer come first, unless one set aside has waited for long. */
    private Station next(long now) {
        Station best = stations.getFirst();
        for (Station station : stations) {
            if (turn(station, now) < turn(best, now)) {
                best = station;
            }
        }
        return best;
    }

    private static long turn(Station station, long now) {
        long wait = station.dueNanos - now;
        return station.isAside() && wait <= 0 ? Math.min(0, wait + ASIDE_PATIENCE_NANOS) : wait;
    }

    private void round(Bus bus, Station station, long beganNanos) throws BusFailure, InterruptedException {
        station.takeAnswered();
        for (Block block : station.blocks()) {
            boolean isDue = block.trouble.isEmpty() || block.retryNanos - context.ticker().nanos() <= 0;
            if (isClosed() || isDue && !ask(bus, station, block)) {
                return;
            }
        }
        station.count();
        station.done(beganNanos, context.ticker().nanos());
    }

    /** Reads one block, or its parts; false when the station is to be left alone for now. */
    private boolean ask(Bus bus, Station station, Block block) throws BusFailure, InterruptedException {
        try {
            byte[] answer = readPatiently(bus, station, block);
            answered(station);
            station.answered();
            block.trouble = "";
            handover.take(block, answer);
            return true;
        } catch (BusFailure failure) {
            return switch (failure.kind()) {
                case BROKEN -> throw failure;
                case REFUSED -> refused(bus, station, block, failure);
                case BUSY -> {
                    hasAnswered = true;
                    silentInARow = 0;
                    setAside(station, failure);
                    yield false;
                }
                case SILENT -> {
                    if (station.takeAnswered()) {
                        // It lives: some devices are silent, or garble, where they should refuse.
                        silentInARow = 0;
                        yield refused(bus, station, block, failure);
                    }
                    station.last(block);
                    setAside(station, failure);
                    if (silentInARow > settings.retries()) {
                        throw new BusFailure(Kind.BROKEN, failure.text());
                    }
                    yield false;
                }
            };
        } finally {
            pause(restNanos());
        }
    }

    private byte[] readPatiently(Bus bus, Station station, Block block) throws BusFailure, InterruptedException {
        // One that is set aside is asked once only: the others wait for the line.
        int attempts = station.isAside() ? 1 : settings.retries() + 1;
        while (true) {
            try {
                return bus.read(station.settings.unit(), block);
            } catch (BusFailure failure) {
                if (failure.kind() == Kind.SILENT) {
                    silentInARow++;
                }
                attempts--;
                boolean isBusy = failure.kind() == Kind.BUSY;
                if (failure.kind() != Kind.SILENT && !isBusy || attempts == 0 || isClosed()) {
                    throw failure;
                }
                pause(isBusy ? Math.max(restNanos(), BUSY_NANOS) : restNanos());
            }
        }
    }

    private void answered(Station station) {
        hasAnswered = true;
        silentInARow = 0;
        if (station.takeBack()) {
            LOG.info("source={} unit {} answers again", name(), station.settings.unit());
        }
    }

    private void setAside(Station station, BusFailure failure) {
        if (station.setAside(failure.text(), context.ticker().nanos())) {
            LOG.warn("source={} {}; asked again less often", name(), failure.text());
        }
    }

    private boolean refused(Bus bus, Station station, Block block, BusFailure failure)
            throws BusFailure, InterruptedException {
        if (failure.kind() == Kind.REFUSED) {
            answered(station);
            station.answered();
        }
        if (failure.mayBeSplit() && block.canBeSplit()) {
            for (Block half : station.split(block)) {
                if (!ask(bus, station, half)) {
                    return false;
                }
            }
            return true;
        }
        if (!failure.text().equals(block.trouble)) {
            LOG.warn("source={} {}", name(), failure.text());
        }
        block.trouble = failure.text();
        block.retryNanos = context.ticker().nanos() + REFUSED_RETRY_NANOS;
        block.points.forEach(point -> point.breakOff(failure.text()));
        return true;
    }

    /** Modbus over Serial Line 1.02, 2.5.1.1: 3.5 characters of 11 bits, from 19200 bit/s on 1.75 ms. */
    private long restNanos() {
        long silence = !settings.isSerial() ? 0
                : settings.baud() > 19_200 ? 1_750_000 : 38_500_000_000L / settings.baud();
        return Math.max(settings.rest().toNanos(), silence);
    }

    @Override
    public Progress progress() {
        String now = trouble;
        int all = stations.stream().mapToInt(station -> station.points.size()).sum();
        int missing = stations.stream().mapToInt(Station::missing).sum();
        if (!now.isEmpty()) {
            return new Progress(now, false, lastProgressAt);
        }
        StringBuilder text = new StringBuilder("reading ").append(all - missing).append(" of ")
                .append(all).append(" values from ").append(stations.size()).append(" units");
        stations.stream().map(Station::state).filter(state -> !state.isEmpty()).limit(3)
                .forEach(state -> text.append("; ").append(state));
        return new Progress(text.toString(), missing == 0 && hasAnswered, lastProgressAt);
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void pause(long nanos) throws InterruptedException {
        if (nanos > 0 && closed.await(nanos, TimeUnit.NANOSECONDS)) {
            LOG.debug("source={} closing", name());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join(FAREWELL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        trouble = "closed";
    }
}
