package suimon.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.Decimals;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Series;
import suimon.reading.Value;
import suimon.reading.ValueType;
import suimon.reading.Words;

/** Every entry but batches: field after field in the order of the record. */
final class RecordCodec {

    void write(Entry entry, ByteWriter to) {
        switch (entry) {
            case Entry.Batch ignored -> throw new IllegalStateException("BatchCodec writes batches");
            case Entry.SeriesDefined defined -> writeSeries(defined.series(), to);
            case Entry.Reject reject -> to.putString(reject.source()).putString(reject.address())
                    .putInstant(reject.receivedAt()).putString(reject.reason())
                    .putBytes(reject.payload().bytes()).putSigned(reject.repeats());
            case Entry.Gap gap -> writeGap(gap, to);
            case Entry.Inference inference -> writeInference(inference, to);
            case Entry.Alarm alarm -> writeAlarm(alarm.event(), to);
            case Entry.Label label -> to.putString(label.alarm()).putByte(label.verdict().ordinal())
                    .putString(label.by()).putInstant(label.at()).putString(label.note());
            case Entry.Observation seen -> writeObservation(seen, to);
            case Entry.Aggregate aggregate -> writeAggregate(aggregate, to);
            case Entry.Calibration calibration -> writeCalibration(calibration, to);
            case Entry.ClockFix fix -> to.putString(fix.boot()).putSigned(fix.monotonicNanos())
                    .putInstant(fix.utc()).putSigned(fix.uncertaintyNanos());
            case Entry.Audit audit -> to.putString(audit.by()).putString(audit.action())
                    .putString(audit.target()).putString(audit.outcome()).putInstant(audit.at());
            case Entry.Regrade regrade -> to.putSigned(regrade.series())
                    .putSigned(regrade.measuredNanos()).putByte(regrade.grade().flag())
                    .putString(regrade.test());
        }
    }

    Entry read(EntryKind kind, ByteReader from) {
        return switch (kind) {
            case BATCH -> throw new IllegalStateException("BatchCodec reads batches");
            case SERIES_DEFINED -> new Entry.SeriesDefined(readSeries(from));
            case REJECT -> new Entry.Reject(from.getString(), from.getString(), from.getInstant(),
                    from.getString(), new Entry.Payload(from.getBytes()), from.getSigned());
            case GAP -> new Entry.Gap(from.getString(), from.getString(), from.getInstant(),
                    from.getBoolean() ? from.getInstant() : null, from.getString());
            case INFERENCE -> readInference(from);
            case ALARM -> new Entry.Alarm(readAlarm(from));
            case LABEL -> new Entry.Label(from.getString(), Entry.Verdict.values()[from.getByte()],
                    from.getString(), from.getInstant(), from.getString());
            case OBSERVATION -> new Entry.Observation(from.getString(), from.getString(), readValue(from),
                    from.getString(), from.getString(), from.getInstant(), from.getString());
            case AGGREGATE -> readAggregate(from);
            case CALIBRATION -> readCalibration(from);
            case CLOCK_FIX -> new Entry.ClockFix(
                    from.getString(), from.getSigned(), from.getInstant(), from.getSigned());
            case AUDIT -> new Entry.Audit(from.getString(), from.getString(), from.getString(),
                    from.getString(), from.getInstant());
            case REGRADE -> new Entry.Regrade((int) from.getSigned(), from.getSigned(),
                    Grade.ofFlag(from.getByte()), from.getString());
        };
    }

    private static void writeSeries(Series series, ByteWriter to) {
        to.putSigned(series.id()).putString(series.name()).putString(series.title().ja())
                .putString(series.title().en()).putString(series.unit())
                .putSigned(series.expectedPeriodNanos());
    }

    private static Series readSeries(ByteReader from) {
        int id = (int) from.getSigned();
        String name = from.getString();
        Words title = readWords(from);
        // One text for all that read alike: these are kept for every series.
        return new Series(id, name, isSame(title, name) ? Words.same(name) : title,
                from.getString().intern(), from.getSigned());
    }

    private static boolean isSame(Words title, String name) {
        return title.ja().equals(name) && title.en().equals(name);
    }

    private static void writeGap(Entry.Gap gap, ByteWriter to) {
        to.putString(gap.source()).putString(gap.series()).putInstant(gap.from());
        to.putBoolean(gap.to() != null);
        if (gap.to() != null) {
            to.putInstant(gap.to());
        }
        to.putString(gap.reason());
    }

    private static void writeInference(Entry.Inference inference, ByteWriter to) {
        to.putString(inference.model()).putString(inference.packageVersion())
                .putString(inference.inputHash()).putInstant(inference.issuedAt())
                .putVarint(inference.outputs().size());
        for (Entry.Output output : inference.outputs()) {
            to.putString(output.series()).putInstant(output.validAt()).putDouble(output.value());
        }
    }

    private static Entry.Inference readInference(ByteReader from) {
        String model = from.getString();
        String version = from.getString();
        String hash = from.getString();
        var issuedAt = from.getInstant();
        int count = from.getCount(1);
        List<Entry.Output> outputs = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            outputs.add(new Entry.Output(from.getString(), from.getInstant(), from.getDouble()));
        }
        return new Entry.Inference(model, version, hash, issuedAt, outputs);
    }

    private static void writeAlarm(AlarmEvent event, ByteWriter to) {
        to.putString(event.rule()).putString(event.occurrence()).putString(event.series())
                .putByte(event.severity().ordinal()).putByte(event.kind().ordinal());
        AlarmState state = event.state();
        to.putByte(bit(state.active(), 0) | bit(state.acknowledged(), 1) | bit(state.confirmed(), 2)
                | bit(state.shelved(), 3) | bit(state.suppressed(), 4) | bit(state.outOfService(), 5)
                | bit(state.latched(), 6));
        to.putInstant(event.at()).putDouble(event.value())
                .putString(event.message().ja()).putString(event.message().en())
                .putString(event.action().ja()).putString(event.action().en()).putString(event.by());
    }

    private static AlarmEvent readAlarm(ByteReader from) {
        String rule = from.getString();
        String occurrence = from.getString();
        String series = from.getString();
        var severity = AlarmEvent.Severity.values()[from.getByte()];
        var kind = AlarmEvent.Kind.values()[from.getByte()];
        int bits = from.getByte();
        AlarmState state = new AlarmState(isSet(bits, 0), isSet(bits, 1), isSet(bits, 2), isSet(bits, 3),
                isSet(bits, 4), isSet(bits, 5), isSet(bits, 6));
        return new AlarmEvent(rule, occurrence, series, severity, kind, state, from.getInstant(),
                from.getDouble(), readWords(from), readWords(from), from.getString());
    }

    private static void writeObservation(Entry.Observation seen, ByteWriter to) {
        Value value = seen.value();
        to.putString(seen.what()).putString(seen.series());
        to.putByte(value.type().code()).putByte(value.scale()).putLong(value.bits());
        if (value instanceof Value.Text text) {
            to.putString(text.value());
        }
        to.putString(seen.unit()).putString(seen.by()).putInstant(seen.at()).putString(seen.note());
    }

    private static Value readValue(ByteReader from) {
        ValueType type = ValueType.ofCode(from.getByte());
        int scale = (byte) from.getByte();
        long bits = from.getLong();
        return type == ValueType.TEXT ? new Value.Text(from.getString()) : Decimals.valueOf(type, bits, scale);
    }

    /** What came with sheets follows at the end, so that what is older has nothing there. */
    private static void writeCalibration(Entry.Calibration calibration, ByteWriter to) {
        Calibration curve = calibration.curve();
        CalibrationSheet sheet = calibration.sheet();
        to.putSigned(calibration.series()).putInstant(calibration.from()).putDouble(curve.offset())
                .putDouble(curve.gain()).putString(calibration.by()).putString(calibration.note());
        if (sheet.equals(CalibrationSheet.NONE) && curve.isLine()) {
            return;
        }
        to.putDouble(curve.square()).putDouble(curve.cube()).putByte(sheet.method().ordinal())
                .putInstant(sheet.at()).putString(sheet.unit()).putVarint(sheet.references().size());
        for (CalibrationSheet.Reference pair : sheet.references()) {
            to.putDouble(pair.raw()).putDouble(pair.reference());
        }
    }

    private static Entry.Calibration readCalibration(ByteReader from) {
        int series = (int) from.getSigned();
        Instant begin = from.getInstant();
        double offset = from.getDouble();
        double gain = from.getDouble();
        String by = from.getString();
        String note = from.getString();
        if (from.remaining() == 0) {
            return new Entry.Calibration(series, begin, offset, gain, by, note);
        }
        Calibration curve = new Calibration(offset, gain, from.getDouble(), from.getDouble());
        var method = CalibrationSheet.Method.values()[from.getByte()];
        Instant at = from.getInstant();
        String unit = from.getString();
        List<CalibrationSheet.Reference> references = new ArrayList<>();
        for (int left = from.getCount(16); left > 0; left--) {
            references.add(new CalibrationSheet.Reference(from.getDouble(), from.getDouble()));
        }
        return new Entry.Calibration(series, begin, curve, by, note,
                new CalibrationSheet(method, at, unit, references));
    }

    private static void writeAggregate(Entry.Aggregate aggregate, ByteWriter to) {
        to.putSigned(aggregate.series()).putInstant(aggregate.start())
                .putSigned(aggregate.durationNanos()).putSigned(aggregate.count())
                .putSigned(aggregate.usable()).putDouble(aggregate.minimum())
                .putDouble(aggregate.mean()).putDouble(aggregate.maximum())
                .putDouble(aggregate.last()).putByte(aggregate.worst().flag())
                .putSigned(aggregate.revision());
    }

    private static Entry.Aggregate readAggregate(ByteReader from) {
        return new Entry.Aggregate((int) from.getSigned(), from.getInstant(), from.getSigned(),
                from.getSigned(), from.getSigned(), from.getDouble(), from.getDouble(),
                from.getDouble(), from.getDouble(), Grade.ofFlag(from.getByte()),
                (int) from.getSigned());
    }

    private static Words readWords(ByteReader from) {
        return new Words(from.getString(), from.getString());
    }

    private static int bit(boolean set, int index) {
        return set ? 1 << index : 0;
    }

    private static boolean isSet(int bits, int index) {
        return (bits >> index & 1) == 1;
    }
}
