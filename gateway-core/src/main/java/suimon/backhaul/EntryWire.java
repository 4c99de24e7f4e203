package suimon.backhaul;

import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.reading.Series;
import suimon.reading.Value;
import suimon.reading.Words;

/** Log entries as Entry messages of the .proto; {@link EntryUnwire} is the way back. Pure. */
final class EntryWire {
    private EntryWire() {}

    /** IllegalArgumentException for batches, which travel as blocks, and for what never travels. */
    static byte[] write(Entry entry) {
        WireWriter out = new WireWriter();
        switch (entry) {
            case Entry.SeriesDefined defined -> out.message(1, series(defined.series()));
            case Entry.Gap gap -> out.message(2, nested -> gap(nested, gap));
            case Entry.Inference inference -> out.message(3, nested -> inference(nested, inference));
            case Entry.Alarm alarm -> out.message(4, nested -> alarm(nested, alarm.event()));
            case Entry.Label label -> out.message(5, nested -> label(nested, label));
            case Entry.Observation seen -> out.message(6, nested -> observation(nested, seen));
            case Entry.Aggregate aggregate -> out.message(7, nested -> aggregate(nested, aggregate));
            case Entry.Calibration calibration -> out.message(8, nested -> CalibrationWire.write(nested, calibration));
            case Entry.Regrade regrade -> out.message(9, nested -> regrade(nested, regrade));
            case Entry.ClockFix fix -> out.message(10, nested -> clockFix(nested, fix));
            case Entry.Audit audit -> out.message(11, nested -> audit(nested, audit));
            case Entry.Batch ignored -> throw new IllegalArgumentException("a batch travels as a block");
            case Entry.Reject ignored -> throw new IllegalArgumentException("a reject never travels");
        }
        return out.toBytes();
    }

    static byte[] series(Series series) {
        return new WireWriter()
                .unsigned(1, series.id())
                .text(2, series.name())
                .message(3, words(series.title()))
                .text(4, series.unit())
                .plain(5, series.expectedPeriodNanos())
                .toBytes();
    }

    private static byte[] words(Words words) {
        return new WireWriter().text(1, words.ja()).text(2, words.en()).toBytes();
    }

    private static void gap(WireWriter out, Entry.Gap gap) {
        out.text(1, gap.source()).text(2, gap.series()).signed(3, Nanos.of(gap.from()));
        if (gap.to() != null) {
            out.present(4, Nanos.of(gap.to()));
        }
        out.text(5, gap.reason());
    }

    private static void inference(WireWriter out, Entry.Inference inference) {
        out.text(1, inference.model())
                .text(2, inference.packageVersion())
                .text(3, inference.inputHash())
                .signed(4, Nanos.of(inference.issuedAt()));
        for (Entry.Output output : inference.outputs()) {
            out.message(5, nested -> nested
                    .text(1, output.series())
                    .signed(2, Nanos.of(output.validAt()))
                    .real(3, output.value()));
        }
    }

    private static void alarm(WireWriter out, AlarmEvent event) {
        out.text(1, event.rule())
                .text(2, event.occurrence())
                .text(3, event.series())
                .unsigned(4, event.severity().ordinal())
                .unsigned(5, event.kind().ordinal())
                .unsigned(6, bitsOf(event.state()))
                .signed(7, Nanos.of(event.at()))
                .real(8, event.value())
                .message(9, words(event.message()))
                .message(10, words(event.action()))
                .text(11, event.by());
    }

    private static int bitsOf(AlarmState state) {
        return (state.active() ? 1 : 0)
                | (state.acknowledged() ? 2 : 0)
                | (state.confirmed() ? 4 : 0)
                | (state.shelved() ? 8 : 0)
                | (state.suppressed() ? 16 : 0)
                | (state.outOfService() ? 32 : 0)
                | (state.latched() ? 64 : 0);
    }

    private static void label(WireWriter out, Entry.Label label) {
        out.text(1, label.alarm())
                .unsigned(2, label.verdict().ordinal())
                .text(3, label.by())
                .signed(4, Nanos.of(label.at()))
                .text(5, label.note());
    }

    private static void observation(WireWriter out, Entry.Observation seen) {
        out.text(1, seen.what())
                .text(2, seen.series())
                .message(3, nested -> value(nested, seen.value()))
                .text(4, seen.unit())
                .text(5, seen.by())
                .signed(6, Nanos.of(seen.at()))
                .text(7, seen.note());
    }

    private static void value(WireWriter out, Value value) {
        out.unsigned(1, value.type().code()).signed(2, value.scale()).fixed64(3, value.bits());
        if (value instanceof Value.Text text) {
            out.text(4, text.value());
        }
    }

    private static void aggregate(WireWriter out, Entry.Aggregate aggregate) {
        out.unsigned(1, aggregate.series())
                .signed(2, Nanos.of(aggregate.start()))
                .signed(3, aggregate.durationNanos())
                .unsigned(4, aggregate.count())
                .unsigned(5, aggregate.usable())
                .real(6, aggregate.minimum())
                .real(7, aggregate.mean())
                .real(8, aggregate.maximum())
                .real(9, aggregate.last())
                .unsigned(10, aggregate.worst().flag())
                .unsigned(11, aggregate.revision());
    }

    private static void regrade(WireWriter out, Entry.Regrade regrade) {
        out.unsigned(1, regrade.series())
                .signed(2, regrade.measuredNanos())
                .unsigned(3, regrade.grade().flag())
                .text(4, regrade.test());
    }

    private static void clockFix(WireWriter out, Entry.ClockFix fix) {
        out.text(1, fix.boot())
                .signed(2, fix.monotonicNanos())
                .signed(3, Nanos.of(fix.utc()))
                .signed(4, fix.uncertaintyNanos());
    }

    private static void audit(WireWriter out, Entry.Audit audit) {
        out.text(1, audit.by())
                .text(2, audit.action())
                .text(3, audit.target())
                .text(4, audit.outcome())
                .signed(5, Nanos.of(audit.at()));
    }
}
