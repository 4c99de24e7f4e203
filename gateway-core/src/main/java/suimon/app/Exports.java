package suimon.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import suimon.backhaul.ExportContext;
import suimon.backhaul.ExportFactory;
import suimon.backhaul.ExportPump;
import suimon.config.ExportSettings;
import suimon.config.GatewayConfig;
import suimon.pipeline.LiveCalibration;
import suimon.store.Books;
import suimon.store.Log;
import suimon.web.Status;

/** All exports of a gateway: opens them and tells the page how they stand. */
final class Exports implements AutoCloseable {
    private final List<Running> running = new ArrayList<>();
    private final Log log;

    private record Running(String kind, ExportPump pump) {}

    Exports(GatewayConfig config, Installation installation, Log log,
            Function<String, LiveCalibration> calibrations, Clock clock) {
        this.log = log;
        for (ExportSettings settings : config.exports()) {
            ExportFactory factory = installation.export(settings);
            running.add(new Running(factory.kind(), new ExportPump(settings, log,
                    (series, raw, measured) -> calibrations.apply(series.name()).apply(raw, measured), clock,
                    standing -> factory.open(settings, new ExportContext(config.site().id(), standing,
                            config.data().folder().resolve("exports").resolve(settings.name()), clock)))));
        }
    }

    void start() {
        running.forEach(one -> one.pump().start());
    }

    /** For the page; any thread. */
    List<Status.LinkStatus> statuses() {
        Books books = log.books();
        return running.stream().map(one -> status(one, books)).toList();
    }

    private static Status.LinkStatus status(Running one, Books books) {
        ExportPump.Standing standing = one.pump().standing();
        Books.LaneBook known = books.lanes().getOrDefault(new Books.Lane(standing.name(), ExportPump.LANE),
                new Books.LaneBook(0, 0, 0, 0, 0));
        return new Status.LinkStatus(standing.name(), one.kind(), standing.isUp(), standing.state(),
                standing.lastToldAt(), List.of(new Status.LaneStatus(ExportPump.LANE, known.total() + standing.behind(),
                        known.delivered(), known.pending() + standing.behind(), known.expired(), known.thinned(),
                        known.unmeant(), null, standing.lastToldAt())));
    }

    @Override
    public void close() {
        running.forEach(one -> one.pump().close());
    }
}
