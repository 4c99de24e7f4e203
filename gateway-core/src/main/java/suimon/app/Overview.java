package suimon.app;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import suimon.config.GatewayConfig;
import suimon.pipeline.Progress;
import suimon.pipeline.Source;
import suimon.store.Books;
import suimon.store.DiskForecast;
import suimon.store.Log;
import suimon.web.Status;

/** Puts together what the page shows of the gateway's parts. Called from several threads. */
final class Overview implements Supplier<Status> {
    static final String VERSION = "0.1.0";

    private static final Books.SourceBook NOTHING = new Books.SourceBook(0, 0, 0, 0);

    private final GatewayConfig config;
    private final Log log;
    private final Map<String, String> kinds;
    private final List<Source> sources;
    private final Supplier<List<Status.LinkStatus>> links;
    private final Supplier<List<Status.ModelStatus>> models;
    private final DiskForecast forecast;
    private final Supplier<Status.InspectionStatus> inspection;
    private final Supplier<Status.ClockStatus> time;
    private final Instant startedAt;

    /** @param kinds the sources' names to their kinds, as in the configuration */
    Overview(
            GatewayConfig config, Log log, Map<String, String> kinds, List<Source> sources,
            Supplier<List<Status.LinkStatus>> links, Supplier<List<Status.ModelStatus>> models,
            DiskForecast forecast, Supplier<Status.InspectionStatus> inspection,
            Supplier<Status.ClockStatus> time, Clock clock) {
        this.config = config;
        this.log = log;
        this.kinds = Map.copyOf(kinds);
        this.sources = sources;
        this.links = links;
        this.models = models;
        this.forecast = forecast;
        this.inspection = inspection;
        this.time = time;
        this.startedAt = clock.instant();
    }

    @Override
    public Status get() {
        Books books = log.books();
        Status.BoxStatus box = new Status.BoxStatus(
                VERSION, startedAt, log.failure() == null, disk(), log.newest(), List.of(),
                inspection.get(), readings(books.readings()), time.get());
        return new Status(links.get(), models.get(), sourceStatuses(books), box);
    }

    private static Status.ReadingsStatus readings(Books.SeriesBook all) {
        return new Status.ReadingsStatus(all.stored(), all.present(), all.removed(), all.expired(),
                all.thinned(), all.lost());
    }

    private List<Status.SourceStatus> sourceStatuses(Books books) {
        List<Status.SourceStatus> statuses = new ArrayList<>();
        for (Source source : sources) {
            Progress progress = source.progress();
            Books.SourceBook book = books.sources().getOrDefault(source.name(), NOTHING);
            statuses.add(new Status.SourceStatus(source.name(), kinds.getOrDefault(source.name(), ""),
                    progress.state(), progress.healthy(), progress.lastProgressAt(), book.received(),
                    book.decoded(), book.rejected(), book.refused(), progress.counts()));
        }
        return statuses;
    }

    Status.DiskStatus disk() {
        Path folder = config.data().folder();
        long used = 0;
        long free = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                used += Files.size(file);
            }
            FileStore store = Files.getFileStore(folder);
            free = store.getUsableSpace();
        } catch (IOException e) {
            // A file that a checkpoint removed between listing and asking: the next look finds all.
            free = folder.toFile().getUsableSpace();
        }
        return new Status.DiskStatus(used, config.data().quota().bytes(), free,
                forecast.daysUntil(log.quotaBytes() - log.usedBytes()), forecast.daysUntil(free));
    }
}
