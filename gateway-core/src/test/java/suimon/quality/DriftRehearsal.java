package suimon.quality;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import suimon.config.GradeConfig;

/**
 * Plays two stations of a site to {@link DriftWatch}, as they were and with an artificial drift, and
 * prints how often it suspects what nobody added and after how many days it finds what was added.
 *
 * <p>Arguments: one CSV (may be .gz) of each station with a column datetimestamp, the column to look
 * at, the threshold in its unit, the days to look back, and perhaps the drift per day in its unit
 * (otherwise one that makes twice the threshold in that time). Values flagged as rejected in the
 * column f_NAME are left out, suspect ones are not.
 */
final class DriftRehearsal {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final int APART_DAYS = 30;
    private static final int WATCHED_DAYS = 90;

    private DriftRehearsal() {}

    public static void main(String[] arguments) throws IOException {
        TreeMap<Long, Double> own = read(Path.of(arguments[0]), arguments[2]);
        TreeMap<Long, Double> neighbour = read(Path.of(arguments[1]), arguments[2]);
        double threshold = Double.parseDouble(arguments[3]);
        int days = Integer.parseInt(arguments[4]);
        double perDay = arguments.length > 5 ? Double.parseDouble(arguments[5]) : 2 * threshold / days;
        GradeConfig.Drift config = new GradeConfig.Drift(
                List.of("neighbour"), threshold, Duration.ofDays(days), Duration.ofMinutes(30));
        Run plain = play(config, own, neighbour, Long.MAX_VALUE, 0);
        System.out.printf("%s, more than %s over %d d: as it was suspect on %d of %d days, in %d spells%n",
                arguments[2], arguments[3], days, plain.suspectDays(), plain.days(), plain.spells());
        List<Integer> delays = new ArrayList<>();
        int tried = 0;
        int suspectBefore = 0;
        for (long day = plain.first() + days; day + WATCHED_DAYS < plain.last(); day += APART_DAYS) {
            if (plain.isSuspect(day)) {
                suspectBefore++;
                continue;
            }
            tried++;
            for (int sign = -1; sign <= 1; sign += 2) {
                Run drifting = play(config, own, neighbour, day, sign * perDay);
                int delay = drifting.daysUntilSuspect(day);
                if (delay >= 0 && delay <= WATCHED_DAYS) {
                    delays.add(delay);
                }
            }
        }
        delays.sort(null);
        System.out.printf("  with %.3f a day added from %d days on, up and down (%d more were suspect already): found %d of %d"
                + " within %d d, after %s d (10 %%, half, 90 %%)%n", perDay, tried, suspectBefore, delays.size(), 2 * tried,
                WATCHED_DAYS, delays.isEmpty() ? "-" : part(delays, 0.1) + ", " + part(delays, 0.5) + ", " + part(delays, 0.9));
    }

    private static int part(List<Integer> sorted, double part) {
        return sorted.get((int) Math.round(part * (sorted.size() - 1)));
    }

    /** On which days, counted from 1970, it was suspect at the day's end. */
    private record Run(long first, boolean[] suspect) {
        int days() {
            return suspect.length;
        }

        long last() {
            return first + suspect.length - 1;
        }

        boolean isSuspect(long day) {
            return suspect[(int) (day - first)];
        }

        long suspectDays() {
            return Arrays.asList(boxed()).stream().filter(each -> each).count();
        }

        int spells() {
            int spells = 0;
            for (int day = 0; day < suspect.length; day++) {
                spells += suspect[day] && (day == 0 || !suspect[day - 1]) ? 1 : 0;
            }
            return spells;
        }

        int daysUntilSuspect(long from) {
            for (long day = from; day <= last(); day++) {
                if (isSuspect(day)) {
                    return (int) (day - from);
                }
            }
            return -1;
        }

        private Boolean[] boxed() {
            Boolean[] all = new Boolean[suspect.length];
            Arrays.setAll(all, day -> suspect[day]);
            return all;
        }
    }

    private static Run play(GradeConfig.Drift config, TreeMap<Long, Double> own, TreeMap<Long, Double> neighbour,
            long fromDay, double perDay) {
        DriftWatch watch = new DriftWatch(config);
        long first = own.firstKey() / 86_400;
        boolean[] suspect = new boolean[(int) (own.lastKey() / 86_400 - first) + 1];
        own.forEach((at, value) -> {
            Double beside = neighbour.get(at);
            if (beside != null) {
                watch.neighbour(0, beside, at * Flags.SECOND);
            }
            double days = at / 86_400.0 - fromDay;
            watch.value(value + (fromDay == Long.MAX_VALUE || days < 0 ? 0 : days * perDay), at * Flags.SECOND);
            suspect[(int) (at / 86_400 - first)] = watch.isSuspect();
        });
        return new Run(first, suspect);
    }

    private static TreeMap<Long, Double> read(Path file, String name) throws IOException {
        TreeMap<Long, Double> values = new TreeMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file.toString().endsWith(".gz")
                ? new GZIPInputStream(Files.newInputStream(file)) : Files.newInputStream(file), StandardCharsets.UTF_8))) {
            List<String> names = List.of(lines.readLine().split(","));
            int column = names.indexOf(name);
            int flag = names.indexOf("f_" + name);
            if (column < 0) {
                throw new IllegalArgumentException(file + " has no column " + name + ", but " + names);
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(",", -1);
                boolean isThere = !parts[column].equals("NA") && !parts[column].isEmpty();
                if (isThere && (flag < 0 || !parts[flag].startsWith("<-"))) {
                    values.put(LocalDateTime.parse(parts[0], TIME).toEpochSecond(ZoneOffset.UTC),
                            Double.parseDouble(parts[column]));
                }
            }
        }
        return values;
    }
}
