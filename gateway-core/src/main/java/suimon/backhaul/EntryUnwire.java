package suimon.backhaul;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Decimals;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Series;
import suimon.reading.Value;
import suimon.reading.ValueType;
import suimon.reading.Words;

/** Entry messages of the .proto as log entries. Pure. */
final class EntryUnwire {
    private EntryUnwire() {}

    /** Null for a kind that a newer gateway may send and this version doesn't know. */
    static @Nullable Entry read(WireReader in) throws Malformed {
        Entry found = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> found = new Entry.SeriesDefined(series(in.message()));
                case 2 -> found = gap(in.message());
                case 3 -> found = inference(in.message());
                case 4 -> found = alarm(in.message());
                case 5 -> found = label(in.message());
                case 6 -> found = observation(in.message());
                case 7 -> found = aggregate(in.message());
                case 8 -> found = CalibrationWire.read(in.message());
                case 9 -> found = regrade(in.message());
                case 10 -> found = clockFix(in.message());
                case 11 -> found = audit(in.message());
                default -> in.skip();
            }
        }
        return found;
    }

    static Series series(WireReader in) throws Malformed {
        int number = 0;
        String name = "";
        Words title = null;
        String unit = "";
        long period = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> number = in.unsigned(Integer.MAX_VALUE);
                case 2 -> name = in.text();
                case 3 -> title = words(in.message());
                case 4 -> unit = in.text();
                case 5 -> period = in.unsigned();
                default -> in.skip();
            }
        }
        if (name.isBlank()) {
            throw new Malformed("series " + number + " has no name");
        }
        return new Series(number, name, title == null ? Words.same(name) : title, unit, period);
    }

    private static Words words(WireReader in) throws Malformed {
        String ja = "";
        String en = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> ja = in.text();
                case 2 -> en = in.text();
                default -> in.skip();
            }
        }
        if (ja.isBlank() || en.isBlank()) {
            throw new Malformed("words without ja or en");
        }
        return new Words(ja, en);
    }

    private static Entry gap(WireReader in) throws Malformed {
        String source = "";
        String series = "";
        Instant from = Instant.EPOCH;
        Instant to = null;
        String reason = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> source = in.text();
                case 2 -> series = in.text();
                case 3 -> from = instant(in);
                case 4 -> to = instant(in);
                case 5 -> reason = in.text();
                default -> in.skip();
            }
        }
        return new Entry.Gap(source, series, from, to, reason);
    }

    private static Entry inference(WireReader in) throws Malformed {
        String model = "";
        String packageVersion = "";
        String inputHash = "";
        Instant issued = Instant.EPOCH;
        List<Entry.Output> outputs = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> model = in.text();
                case 2 -> packageVersion = in.text();
                case 3 -> inputHash = in.text();
                case 4 -> issued = instant(in);
                case 5 -> outputs.add(output(in.message()));
                default -> in.skip();
            }
        }
        return new Entry.Inference(model, packageVersion, inputHash, issued, outputs);
    }

    private static Entry.Output output(WireReader in) throws Malformed {
        String series = "";
        Instant valid = Instant.EPOCH;
        double value = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> series = in.text();
                case 2 -> valid = instant(in);
                case 3 -> value = in.real();
                default -> in.skip();
            }
        }
        return new Entry.Output(series, valid, value);
    }

    private static Entry alarm(WireReader in) throws Malformed {
        String[] texts = {"", "", "", ""};
        int severity = 0;
        int kind = 0;
        int state = 0;
        Instant at = Instant.EPOCH;
        double value = 0;
        Words message = null;
        Words action = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1, 2, 3 -> texts[field - 1] = in.text();
                case 4 -> severity = in.unsigned(AlarmEvent.Severity.values().length - 1);
                case 5 -> kind = in.unsigned(AlarmEvent.Kind.values().length - 1);
                case 6 -> state = in.unsigned(127);
                case 7 -> at = instant(in);
                case 8 -> value = in.real();
                case 9 -> message = words(in.message());
                case 10 -> action = words(in.message());
                case 11 -> texts[3] = in.text();
                default -> in.skip();
            }
        }
        if (message == null || action == null) {
            throw new Malformed("an alarm of " + texts[0] + " without message or action");
        }
        return new Entry.Alarm(new AlarmEvent(
                texts[0], texts[1], texts[2], AlarmEvent.Severity.values()[severity],
                AlarmEvent.Kind.values()[kind], stateOf(state), at, value, message, action, texts[3]));
    }

    private static AlarmState stateOf(int bits) {
        return new AlarmState(
                (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0,
                (bits & 32) != 0, (bits & 64) != 0);
    }

    private static Entry label(WireReader in) throws Malformed {
        String alarm = "";
        int verdict = 0;
        String by = "";
        Instant at = Instant.EPOCH;
        String note = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> alarm = in.text();
                case 2 -> verdict = in.unsigned(Entry.Verdict.values().length - 1);
                case 3 -> by = in.text();
                case 4 -> at = instant(in);
                case 5 -> note = in.text();
                default -> in.skip();
            }
        }
        return new Entry.Label(alarm, Entry.Verdict.values()[verdict], by, at, note);
    }

    private static Entry observation(WireReader in) throws Malformed {
        String what = "";
        String series = "";
        Value value = new Value.None();
        String unit = "";
        String by = "";
        Instant at = Instant.EPOCH;
        String note = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> what = in.text();
                case 2 -> series = in.text();
                case 3 -> value = value(in.message());
                case 4 -> unit = in.text();
                case 5 -> by = in.text();
                case 6 -> at = instant(in);
                case 7 -> note = in.text();
                default -> in.skip();
            }
        }
        return new Entry.Observation(what, series, value, unit, by, at, note);
    }

    private static Value value(WireReader in) throws Malformed {
        int type = 0;
        int scale = 0;
        long bits = 0;
        String text = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> type = in.unsigned(ValueType.values().length - 1);
                case 2 -> scale = (byte) in.signed();
                case 3 -> bits = in.fixed64();
                case 4 -> text = in.text();
                default -> in.skip();
            }
        }
        ValueType of = ValueType.ofCode(type);
        return of == ValueType.TEXT ? new Value.Text(text) : Decimals.valueOf(of, bits, scale);
    }

    private static Entry aggregate(WireReader in) throws Malformed {
        int series = 0;
        Instant start = Instant.EPOCH;
        long[] numbers = new long[3];
        double[] reals = new double[4];
        int worst = 0;
        int revision = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> series = in.unsigned(Integer.MAX_VALUE);
                case 2 -> start = instant(in);
                case 3 -> numbers[0] = in.signed();
                case 4, 5 -> numbers[field - 3] = in.unsigned();
                case 6, 7, 8, 9 -> reals[field - 6] = in.real();
                case 10 -> worst = in.unsigned(9);
                case 11 -> revision = in.unsigned(Integer.MAX_VALUE);
                default -> in.skip();
            }
        }
        return new Entry.Aggregate(
                series, start, numbers[0], numbers[1], numbers[2], reals[0], reals[1], reals[2],
                reals[3], grade(worst), revision);
    }

    private static Entry regrade(WireReader in) throws Malformed {
        int series = 0;
        long measured = 0;
        int grade = 0;
        String test = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> series = in.unsigned(Integer.MAX_VALUE);
                case 2 -> measured = in.signed();
                case 3 -> grade = in.unsigned(9);
                case 4 -> test = in.text();
                default -> in.skip();
            }
        }
        return new Entry.Regrade(series, measured, grade(grade), test);
    }

    private static Entry clockFix(WireReader in) throws Malformed {
        String boot = "";
        long monotonic = 0;
        Instant utc = Instant.EPOCH;
        long uncertainty = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> boot = in.text();
                case 2 -> monotonic = in.signed();
                case 3 -> utc = instant(in);
                case 4 -> uncertainty = in.signed();
                default -> in.skip();
            }
        }
        return new Entry.ClockFix(boot, monotonic, utc, uncertainty);
    }

    private static Entry audit(WireReader in) throws Malformed {
        String[] texts = {"", "", "", ""};
        Instant at = Instant.EPOCH;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1, 2, 3, 4 -> texts[field - 1] = in.text();
                case 5 -> at = instant(in);
                default -> in.skip();
            }
        }
        return new Entry.Audit(texts[0], texts[1], texts[2], texts[3], at);
    }

    private static Instant instant(WireReader in) throws Malformed {
        return Nanos.toInstant(in.signed());
    }

    private static Grade grade(int flag) throws Malformed {
        try {
            return Grade.ofFlag(flag);
        } catch (IllegalArgumentException wrong) {
            throw new Malformed(String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
