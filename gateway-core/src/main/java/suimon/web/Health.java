package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.ClockStamp.Trust;
import suimon.web.Status.InspectionStatus;
import suimon.web.Status.LaneStatus;
import suimon.web.Status.LinkStatus;
import suimon.web.Status.ModelState;
import suimon.web.Status.ModelStatus;
import suimon.web.Status.ReadingsStatus;
import suimon.web.Status.SourceStatus;

/**
 * Health as progress, for machines: {@code /health} as JSON, {@code /metrics} in the Prometheus text
 * format 0.0.4. A lost sensor or link is "degraded" and still 200, since restarting the gateway would
 * not bring it back; 503 means that the log takes no commits.
 */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Health {
    private final WebServer.Backstage backstage;
    private final LiveBoard board;
    private final LiveFeed feed;

    Health(WebServer.Backstage backstage, LiveBoard board, LiveFeed feed) {
        this.backstage = backstage;
        this.board = board;
        this.feed = feed;
    }

    /** The whole. */
    record HealthNow(String state, List<PartNow> parts) {}

    /** One source, model or link, or the log's file. */
    record PartNow(String kind, String name, boolean healthy, String state, @Nullable Instant lastProgressAt) {}

    @Get("/health")
    HttpResponse<String> health() {
        Status now = backstage.status().get();
        List<PartNow> parts = parts(now);
        boolean isFine = parts.stream().allMatch(PartNow::healthy);
        String state = !now.gateway().healthy() ? "failed" : isFine ? "fine" : "degraded";
        HttpStatus code = now.gateway().healthy() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
        return HttpResponse.<String>status(code)
                .body(Json.of(new HealthNow(state, parts)))
                .contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    @Get("/metrics")
    HttpResponse<String> metrics() {
        Status now = backstage.status().get();
        Metrics out = new Metrics();
        out.gauge("suimon_log_sequence", "The newest entry of the log.", now.gateway().newestSequence());
        out.gauge("suimon_log_bytes", "The log's size on disk.", now.gateway().disk().usedBytes());
        out.gauge("suimon_log_quota_bytes", "What the log may take.", now.gateway().disk().quotaBytes());
        out.gauge("suimon_disk_free_bytes", "What the disk has left.", now.gateway().disk().freeBytes());
        gauge(out, "suimon_days_until_quota", "At the rate of the last days; absent while nothing grows.",
                now.gateway().disk().daysUntilQuota());
        gauge(out, "suimon_days_until_disk_full", "At the rate of the last days; absent while nothing grows.",
                now.gateway().disk().daysUntilDiskFull());
        gauge(out, "suimon_log_damage", "Damaged pages and rows of the last inspection; absent before the first.",
                now.gateway().inspection().damage());
        out.gauge("suimon_healthy", "1 while the log takes commits.", now.gateway().healthy() ? 1 : 0);
        out.gauge("suimon_clock_synchronised", "1 while the clock is known to be right.",
                now.gateway().clock().trust() == Trust.SYNCHRONISED ? 1 : 0);
        clock(out, now.gateway().clock());
        out.gauge("suimon_pages", "Pages that are open.", feed.clients());
        alarms(out);
        readings(out, now.gateway().readings());
        sources(out, now.sources());
        models(out, now.models());
        links(out, now.links());
        return HttpResponse.ok(out.text()).contentType("text/plain; version=0.0.4; charset=utf-8");
    }

    private static void clock(Metrics out, Status.ClockStatus clock) {
        gauge(out, "suimon_clock_error_milliseconds", "At most so far from UTC; absent while nobody knows.",
                clock.errorMillis());
        out.gauge("suimon_clock_offset_milliseconds",
                "The system's clock less the gateway's; not 0 while it is not followed.", clock.offsetMillis());
        out.gauge("suimon_clock_dated", "0 while the date is only a lower bound.", clock.dated() ? 1 : 0);
        out.header("suimon_clock_state", "gauge", "1 for the state the clock is in.");
        for (Trust trust : Trust.values()) {
            out.sample("suimon_clock_state", clock.trust() == trust ? 1 : 0, "state",
                    trust.name().toLowerCase(Locale.ROOT), "reference", clock.reference());
        }
    }

    private static List<PartNow> parts(Status now) {
        List<PartNow> parts = new ArrayList<>();
        for (SourceStatus source : now.sources()) {
            parts.add(new PartNow(
                    "source", source.name(), source.healthy(), source.state(), source.lastProgressAt()));
        }
        for (ModelStatus model : now.models()) {
            boolean isHealthy = model.state() == ModelState.ACTIVE || model.state() == ModelState.WAITING;
            parts.add(new PartNow("model", model.name(), isHealthy,
                    model.state().name().toLowerCase(Locale.ROOT), model.lastRunAt()));
        }
        for (LinkStatus link : now.links()) {
            parts.add(new PartNow("link", link.destination(), link.up(), link.state(), link.lastConfirmedAt()));
        }
        InspectionStatus file = now.gateway().inspection();
        parts.add(new PartNow("file", "log.db", file.isHealthy(), file.words(), file.endedAt()));
        return parts;
    }

    private void alarms(Metrics out) {
        out.header("suimon_alarms_active", "gauge", "Active alarms.");
        for (Severity severity : Severity.values()) {
            out.sample("suimon_alarms_active", board.countAlarms(severity, false), "severity", word(severity));
        }
        out.header("suimon_alarms_unacknowledged", "gauge", "Alarms nobody has acknowledged.");
        for (Severity severity : Severity.values()) {
            out.sample("suimon_alarms_unacknowledged", board.countAlarms(severity, true), "severity", word(severity));
        }
    }

    private static String word(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private static void sources(Metrics out, List<SourceStatus> sources) {
        out.header("suimon_source_messages_total", "counter", "Messages: received = decoded + rejected + refused.");
        for (SourceStatus source : sources) {
            out.sample("suimon_source_messages_total", source.received(), "source", source.name(), "what", "received");
            out.sample("suimon_source_messages_total", source.decoded(), "source", source.name(), "what", "decoded");
            out.sample("suimon_source_messages_total", source.rejected(), "source", source.name(), "what", "rejected");
            out.sample("suimon_source_messages_total", source.refused(), "source", source.name(), "what", "refused");
        }
        out.header("suimon_source_events_total", "counter", "What a source did to keep going, such as items_remade.");
        for (SourceStatus source : sources) {
            new TreeMap<>(source.counts()).forEach((what, count) ->
                    out.sample("suimon_source_events_total", count, "source", source.name(), "what", what));
        }
        out.header("suimon_source_progress_timestamp_seconds", "gauge", "When the source last moved something.");
        for (SourceStatus source : sources) {
            out.time("suimon_source_progress_timestamp_seconds", source.lastProgressAt(), "source", source.name());
        }
    }

    private static void readings(Metrics out, ReadingsStatus readings) {
        out.gauge("suimon_readings_in_log", "Readings that are in the log.", readings.inLog());
        String name = "suimon_readings_total";
        out.header(name, "counter",
                "Readings: stored = in the log + removed + thinned + lost; expired are those of the removed"
                        + " that were not delivered.");
        out.sample(name, readings.stored(), "what", "stored");
        out.sample(name, readings.removed(), "what", "removed");
        out.sample(name, readings.expired(), "what", "expired");
        out.sample(name, readings.thinned(), "what", "thinned");
        out.sample(name, readings.lost(), "what", "lost");
    }

    private static void models(Metrics out, List<ModelStatus> models) {
        out.header("suimon_model_run_timestamp_seconds", "gauge", "When the model last ran.");
        for (ModelStatus model : models) {
            out.time("suimon_model_run_timestamp_seconds", model.lastRunAt(), "model", model.name());
        }
        out.header("suimon_model_active", "gauge", "1 while the model is in use.");
        for (ModelStatus model : models) {
            out.sample("suimon_model_active", model.state() == ModelState.ACTIVE ? 1 : 0, "model", model.name(),
                    "package", model.packageName(), "version", model.version());
        }
    }

    private static void links(Metrics out, List<LinkStatus> links) {
        out.header("suimon_link_up", "gauge", "1 while data gets through both ways.");
        for (LinkStatus link : links) {
            out.sample("suimon_link_up", link.up() ? 1 : 0, "destination", link.destination());
        }
        out.header("suimon_link_confirmed_timestamp_seconds", "gauge", "When the far end last confirmed anything.");
        for (LinkStatus link : links) {
            out.time("suimon_link_confirmed_timestamp_seconds", link.lastConfirmedAt(), "destination", link.destination());
        }
        out.header("suimon_lane_entries", "gauge",
                "stored = delivered + pending + expired + thinned + not meant for it.");
        for (LinkStatus link : links) {
            for (LaneStatus lane : link.lanes()) {
                lane(out, link.destination(), lane, "stored", lane.stored());
                lane(out, link.destination(), lane, "delivered", lane.delivered());
                lane(out, link.destination(), lane, "pending", lane.pending());
                lane(out, link.destination(), lane, "expired", lane.expired());
                lane(out, link.destination(), lane, "thinned", lane.thinned());
                lane(out, link.destination(), lane, "not_meant", lane.notMeant());
            }
        }
    }

    private static void lane(Metrics out, String destination, LaneStatus lane, String what, long count) {
        out.sample("suimon_lane_entries", count, "destination", destination, "lane", lane.lane(), "what", what);
    }

    private static void gauge(Metrics out, String name, String help, @Nullable Long value) {
        if (value != null) {
            out.gauge(name, help, value);
        }
    }
}
