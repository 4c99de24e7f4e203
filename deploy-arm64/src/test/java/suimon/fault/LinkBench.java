package suimon.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long an alarm takes from the sensor to the hub's disk while a backlog drains over a slow link, and
 * how much of the link the backlog gets: {@code LinkBench fibre|leo|geo READINGS}. Not a test: it prints figures.
 */
final class LinkBench {
    private static final int ALARM_KIND = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String NEAR = "10.98.0.1";
    private static final String FAR = "10.98.0.2";
    private static final int SERIES = 40;
    /** The readings that raise the alarm are under way at any time. */
    private static final int PENDING_FEW = 30;
    private static final Pattern P3 = Pattern.compile("\"lane\":\"P3\"[^}]*\"pending\":(\\d+)");
    private static final long SEED = 1;
    private static final String RULE = """
            series:
              pen1/oxygen: {unit: mg/L}
            alarms:
              - name: low
                series: pen1/oxygen
                severity: alert
                below: 3
                action: {ja: 試験, en: Test}
            """;

    private LinkBench() {}

    /** Prints one line of a table. */
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        LinkConditions conditions = switch (name) {
            case "fibre" -> LinkConditions.FIBRE;
            case "leo" -> LinkConditions.LEO;
            case "geo" -> LinkConditions.GEO;
            default -> throw new IllegalArgumentException("fibre, leo or geo, not " + name);
        };
        int readings = Integer.parseInt(arguments[1]);
        Path scratch = Files.createTempDirectory("suimon-link-bench");
        try (NetNamespace home = NetNamespace.make("near"); NetNamespace away = NetNamespace.make("far")) {
            run(name, conditions, readings, scratch, home, away);
        } finally {
            Copies.remove(scratch);
        }
    }

    private static void run(String name, LinkConditions conditions, int readings, Path scratch, NetNamespace home,
            NetNamespace away) throws Exception {
        HubSite hub = new HubSite(scratch.resolve("hub"), away, FAR);
        Site site = new Site(scratch.resolve("site")).in(home).with(RULE).with(paths(hub, name));
        Instant begin = Instant.now().minus(Duration.ofDays(10));
        try (LinkEmulator link = LinkEmulator.between(home, NEAR, away, FAR, LinkConditions.SILENT, SEED);
                Child upstream = hub.start();
                Child gateway = site.start()) {
            try (Sender sender = new Sender(home::socket, site.mqttPort(), "backlog", 500, Duration.ZERO,
                    number -> reading(number, begin))) {
                sender.awaitAcknowledged(readings, PATIENCE);
                sender.finish(PATIENCE);
            }
            link.set(conditions);
            Drain drain = alarms(home, site, hub, link);
            print(name, conditions, readings, hub.readings(), drain);
            if (!gateway.isAlive() || !upstream.isAlive()) {
                throw new AssertionError(gateway.output() + upstream.output());
            }
        }
    }

    /**
     * What was seen.
     *
     * @param seconds how long each activation took to the hub's disk
     * @param bytes put into the link from the first alarm's arrival on
     */
    private record Drain(List<Double> seconds, long bytes, double took) {}

    /** Toggles the alarm until the backlog is drained. */
    private static Drain alarms(NetNamespace home, Site site, HubSite hub, LinkEmulator link)
            throws IOException, SQLException {
        List<Double> seconds = new ArrayList<>();
        long begin = 0;
        long before = 0;
        try (RawMqtt sensor = RawMqtt.connected(home.socket(), site.mqttPort(), "sensor", true);
                Connection disk = DriverManager.getConnection(
                        "jdbc:sqlite:file:" + hub.data().resolve("log.db") + "?mode=ro")) {
            for (int round = 0; pending(home, site) > PENDING_FEW && round < 2_000; round++) {
                double took = toggle(sensor, disk, 1);
                if (round > 0) {
                    seconds.add(took);
                } else {
                    // The first waits for the link itself.
                    begin = System.nanoTime();
                    before = link.bytesThere();
                }
                // Its end goes by another lane; the next begins when it is there.
                toggle(sensor, disk, 8);
            }
        }
        return new Drain(seconds, link.bytesThere() - before, (System.nanoTime() - begin) / 1e9);
    }

    /** Publishes a value and waits until the step of the alarm that it makes is on the hub's disk; seconds. */
    private static double toggle(RawMqtt sensor, Connection disk, int value) throws IOException, SQLException {
        long before = alarmsAt(disk);
        long from = System.nanoTime();
        publish(sensor, value);
        while (alarmsAt(disk) == before) {
            if (System.nanoTime() - from > PATIENCE.toNanos()) {
                throw new AssertionError("no alarm at the hub");
            }
            LockSupport.parkNanos(2_000_000);
        }
        return (System.nanoTime() - from) / 1e9;
    }

    /** Entries of P3 that wait at the gateway, as its page says. */
    private static long pending(NetNamespace home, Site site) throws IOException {
        try (Socket socket = home.socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.webPort()));
            socket.getOutputStream().write(("GET /api/v1/links HTTP/1.1\r\nHost: 127.0.0.1:" + site.webPort()
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher lane = P3.matcher(answer);
            if (!lane.find()) {
                throw new IOException("no lane P3 in " + answer);
            }
            return Long.parseLong(lane.group(1));
        }
    }

    private static void publish(RawMqtt sensor, int value) throws IOException {
        sensor.publish("pen1/oxygen", "{\"v\": " + value + "}", 1, false);
        while (sensor.readOne().type() != RawMqtt.PUBACK) {
            // Anything else is not ours.
            continue;
        }
    }

    /** Sequence of the newest alarm entry that is committed at the hub. */
    private static long alarmsAt(Connection disk) throws SQLException {
        try (PreparedStatement newest = disk.prepareStatement("SELECT max(sequence) FROM entry WHERE kind = ?")) {
            newest.setInt(1, ALARM_KIND);
            try (ResultSet found = newest.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    private static Sender.Message reading(long number, Instant begin) {
        long series = number % SERIES;
        // A slow wave with the noise of a sensor, sixteen steps of it.
        long noise = (number * 2_654_435_761L >>> 20) % 16;
        double value = (1_000 + Math.round(100 * Math.sin(number / 5_000.0 + series)) + noise) / 100.0;
        return new Sender.Message("pen" + series + "/value/timed", String.format(Locale.ROOT,
                "{\"v\": %.2f, \"t\": \"%s\"}", value, begin.plusSeconds(number / SERIES)));
    }

    /** The link with its profile, so that frames and patience are those of the field. */
    private static String paths(HubSite hub, String name) {
        return """
                links:
                  - {name: way, profile: %s}
                uplinks:
                  - name: hub
                    paths: [{link: way, transport: %s}]
                """.formatted(name.equals("leo") ? "starlink" : name, hub.link("20s"));
    }

    private static void print(String name, LinkConditions conditions, int readings, long arrived, Drain drain) {
        List<Double> sorted = drain.seconds().stream().sorted().toList();
        double rate = drain.bytes() * 8 / drain.took() / 1e3;
        System.out.printf(Locale.ROOT, "%s: %d of %d readings, drained in %.1f s, %.0f readings/s; %.0f kbit/s of %.0f,"
                        + " %.0f %%; %d alarms meanwhile, p50 %.2f s, p99 %.2f s, most %.2f s%n", name, arrived, readings,
                drain.took(), arrived / drain.took(), rate, conditions.kilobits(), 100 * rate / conditions.kilobits(),
                sorted.size(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size()));
    }
}
