package suimon.connector.sparkplug;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Export;
import suimon.backhaul.ExportContext;
import suimon.backhaul.LinkDown;
import suimon.backhaul.Told;

/**
 * The gateway as an edge node of Sparkplug B (Eclipse Sparkplug 3.0): births, data by alias, death,
 * rebirths. While the primary host is away nothing is told, and what then comes late is marked as
 * historical. Data has no acknowledgement in Sparkplug; what a broken connection may have lost is told again.
 */
final class EdgeExport implements Export {
    private static final Duration HOST_PATIENCE = Duration.ofSeconds(3);
    /** What came longer ago is history when it is told. */
    private static final long HISTORY_MILLIS = 10_000;
    private static final int METRICS_MAX = 1_000;
    private static final int SEQUENCES = 256;
    private static final int INT64 = 4;

    private final EdgeSettings settings;
    private final ExportContext context;
    private final String node;
    private final Map<String, Spoken> metrics = new LinkedHashMap<>();
    private @Nullable EdgeConnection connection;
    private boolean isKnown;
    private boolean isBorn;
    private long deaths;
    private int sequence;

    EdgeExport(EdgeSettings settings, ExportContext context) {
        this.settings = settings;
        this.context = context;
        this.node = settings.node() == null ? context.site() : settings.node();
    }

    @Override
    public void tell(List<Told> news) throws LinkDown, InterruptedException {
        try {
            EdgeConnection open = connected();
            if (!open.isHostThere(isBorn ? Duration.ZERO : HOST_PATIENCE)) {
                open.check();
                leave();
                throw new LinkDown("the primary host " + settings.primaryHost() + " is not there; data waits for it");
            }
            List<Spoken> spoken = news.stream().map(this::spoken).toList();
            if (learn(spoken) | open.takeRebirth() || !isBorn) {
                bear(open);
            }
            if (!spoken.isEmpty()) {
                data(open, news, spoken);
                open.settle();
                spoken.forEach(one -> metrics.put(one.key(), one));
            }
        } catch (IOException failed) {
            hangUp();
            throw new LinkDown(settings.broker() + ": " + failed.getMessage()
                    + "; check the broker's address, user and certificate", failed);
        }
    }

    private Spoken spoken(Told news) {
        return switch (news) {
            case Told.Reading reading -> Spoken.of(reading, settings.devices());
            case Told.Alarm alarm -> Spoken.of(alarm);
        };
    }

    /** Whether there is something that no birth has told of. */
    private boolean learn(List<Spoken> spoken) {
        if (!isKnown) {
            context.standing().get().stream().map(this::spoken).forEach(one -> metrics.put(one.key(), one));
            isKnown = true;
        }
        boolean isNew = false;
        for (Spoken one : spoken) {
            if (!one.isAs(metrics.get(one.key()))) {
                metrics.put(one.key(), one);
                isNew = true;
            }
        }
        return isNew;
    }

    private EdgeConnection connected() throws IOException {
        EdgeConnection open = connection;
        if (open != null) {
            open.check();
            return open;
        }
        deaths = nextDeath();
        open = new EdgeConnection(settings, settings.clientId() == null
                ? "suimon-" + context.site() + "-" + settings.name() : settings.clientId(), node, payloadOf(death()));
        connection = open;
        isBorn = false;
        open.open();
        return open;
    }

    /** Counts connections over restarts, so that a late will is known as an earlier session's. */
    private long nextDeath() throws IOException {
        Path file = Files.createDirectories(context.folder()).resolve("bdseq");
        long next = 0;
        if (Files.exists(file)) {
            String written = Files.readString(file).strip();
            next = written.matches("\\d{1,3}") ? (Long.parseLong(written) + 1) % SEQUENCES : 0;
        }
        Files.writeString(file, Long.toString(next));
        return next;
    }

    private Proto death() {
        return new Proto().number(1, now()).message(2, deathNumber());
    }

    private Proto deathNumber() {
        return new Proto().text(1, "bdSeq").number(3, now()).number(4, INT64).number(11, deaths);
    }

    private static byte[] payloadOf(Proto message) {
        return message.toBytes();
    }

    private void bear(EdgeConnection open) throws IOException {
        sequence = 0;
        Map<String, List<Spoken>> byDevice = metrics.values().stream()
                .collect(Collectors.groupingBy(Spoken::device, LinkedHashMap::new, Collectors.toList()));
        Proto node = numbered().message(2, deathNumber()).message(2, new Proto().text(1, "Node Control/Rebirth")
                .number(3, now()).number(4, MetricType.BOOLEAN).flag(14, false));
        byDevice.getOrDefault("", List.of()).forEach(metric -> node.message(2, metric.birth()));
        open.publish("NBIRTH", "", payloadOf(node));
        for (Map.Entry<String, List<Spoken>> device : byDevice.entrySet()) {
            if (!device.getKey().isEmpty()) {
                Proto birth = numbered();
                device.getValue().forEach(metric -> birth.message(2, metric.birth()));
                open.publish("DBIRTH", device.getKey(), payloadOf(birth));
            }
        }
        open.settle();
        isBorn = true;
    }

    /** In the order of the log: one message for neighbours of one device. */
    private void data(EdgeConnection open, List<Told> news, List<Spoken> spoken) throws IOException {
        long historical = now() - HISTORY_MILLIS;
        List<Proto> together = new ArrayList<>();
        String device = spoken.getFirst().device();
        for (int index = 0; index < spoken.size(); index++) {
            Spoken one = spoken.get(index);
            if (!one.device().equals(device) || together.size() == METRICS_MAX) {
                send(open, device, together);
                device = one.device();
            }
            Spoken born = metrics.get(one.key());
            together.add((born == null ? one : one.bornAs(born)).data(receivedMillis(news.get(index)) < historical));
        }
        send(open, device, together);
    }

    private void send(EdgeConnection open, String device, List<Proto> together) throws IOException {
        Proto payload = numbered();
        together.forEach(metric -> payload.message(2, metric));
        together.clear();
        open.publish(device.isEmpty() ? "NDATA" : "DDATA", device, payloadOf(payload));
    }

    private static long receivedMillis(Told news) {
        return switch (news) {
            case Told.Reading reading -> Math.floorDiv(reading.received(), 1_000_000L);
            case Told.Alarm alarm -> alarm.event().at().toEpochMilli();
        };
    }

    /** A payload with the time and the next of the numbers 0 to 255. */
    private Proto numbered() {
        Proto payload = new Proto().number(1, now()).number(3, sequence);
        sequence = (sequence + 1) % SEQUENCES;
        return payload;
    }

    private long now() {
        return context.clock().millis();
    }

    /** Dies at once when the host goes, and comes back by a new session (5.4.1). */
    private void leave() {
        if (isBorn) {
            hangUp();
        }
    }

    private void hangUp() {
        EdgeConnection open = connection;
        connection = null;
        isBorn = false;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        hangUp();
    }
}
