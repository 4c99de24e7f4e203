package suimon.backhaul;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.Entry;
import suimon.reading.Nanos;

/** A calibration in a frame; a hub of before sheets reads the first six fields. */
final class CalibrationWire {
    private CalibrationWire() {}

    static void write(WireWriter out, Entry.Calibration calibration) {
        Calibration curve = calibration.curve();
        CalibrationSheet sheet = calibration.sheet();
        out.unsigned(1, calibration.series())
                .signed(2, Nanos.of(calibration.from()))
                .real(3, curve.offset())
                .real(4, curve.gain())
                .text(5, calibration.by())
                .text(6, calibration.note())
                .real(7, curve.square())
                .real(8, curve.cube())
                .unsigned(9, sheet.method().ordinal())
                .signed(10, Nanos.of(sheet.at()))
                .text(11, sheet.unit());
        for (CalibrationSheet.Reference pair : sheet.references()) {
            out.message(12, nested -> nested.real(1, pair.raw()).real(2, pair.reference()));
        }
    }

    static Entry read(WireReader in) throws Malformed {
        int series = 0;
        int method = 0;
        Instant from = Instant.EPOCH;
        Instant at = Instant.EPOCH;
        double[] curve = new double[4];
        String[] texts = {"", "", ""};
        List<CalibrationSheet.Reference> references = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> series = in.unsigned(Integer.MAX_VALUE);
                case 2 -> from = Nanos.toInstant(in.signed());
                case 3, 4 -> curve[field - 3] = in.real();
                case 5, 6 -> texts[field - 5] = in.text();
                case 7, 8 -> curve[field - 5] = in.real();
                case 9 -> method = in.unsigned(CalibrationSheet.Method.values().length - 1);
                case 10 -> at = Nanos.toInstant(in.signed());
                case 11 -> texts[2] = in.text();
                case 12 -> references.add(reference(in.message(), references.size()));
                default -> in.skip();
            }
        }
        try {
            return new Entry.Calibration(series, from, new Calibration(curve[0], curve[1], curve[2], curve[3]),
                    texts[0], texts[1], new CalibrationSheet(
                            CalibrationSheet.Method.values()[method], at, texts[2], references));
        } catch (IllegalArgumentException wrong) {
            throw new Malformed(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static CalibrationSheet.Reference reference(WireReader in, int before) throws Malformed {
        if (before >= CalibrationSheet.REFERENCES_MAX) {
            throw new Malformed("more than " + CalibrationSheet.REFERENCES_MAX + " references of a calibration");
        }
        double[] pair = new double[2];
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1, 2 -> pair[field - 1] = in.real();
                default -> in.skip();
            }
        }
        return new CalibrationSheet.Reference(pair[0], pair[1]);
    }
}
