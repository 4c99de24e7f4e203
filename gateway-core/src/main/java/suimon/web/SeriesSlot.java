package suimon.web;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import suimon.reading.Calibration;
import suimon.reading.CalibrationHistory;
import suimon.reading.Decimals;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.ValueType;
import suimon.web.Present.ForecastLine;
import suimon.web.Present.ForecastNow;
import suimon.web.Present.Kind;
import suimon.web.Present.SeriesNow;

/**
 * One series' card. Its value is in fields: as an object it would become old and die with each
 * reading, which is what collecting costs most. Not safe for several threads.
 */
final class SeriesSlot {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final TimeOrigin[] ORIGINS = TimeOrigin.values();
    private static final CalibrationHistory UNCALIBRATED = new CalibrationHistory(Calibration.NONE);
    private static final String NO_MODEL_YET = "";
    /** Otherwise the type is one more than the code of the value's. */
    private static final byte NO_VALUE = 0;
    /** A forecast is issued anew at least this often, unless configured. */
    private static final Duration FORECAST_STALE_AFTER = Duration.ofHours(3);

    Series series;
    Duration staleAfter;
    CalibrationHistory calibration = UNCALIBRATED;
    long sequence;
    /** Of a forecast the moment it is for, and when it was issued. */
    long measured;
    long received;
    long bits;
    private byte type;
    private byte scale;
    private byte origin;
    private byte grade = (byte) Grade.MISSING.flag();
    private short tests;
    int status;
    /** The value of type text; null before the first value and for the other types. */
    private @Nullable String text;
    /** Which model forecast it, {@link #NO_MODEL_YET} before that; null for what is measured. */
    private @Nullable String model;
    @Nullable ForecastTimes points;

    /** An output of a model is a forecast before it has said anything. */
    SeriesSlot(Series series, boolean isOutput, Duration staleAfter) {
        this.series = series;
        this.model = isOutput ? NO_MODEL_YET : null;
        this.staleAfter = staleAfter;
    }

    String name() {
        return series.name();
    }

    boolean hasValue() {
        return type != NO_VALUE;
    }

    void take(long ofSequence, Readings readings, int row) {
        long when = Math.min(readings.measured(row), readings.received(row));
        if (hasValue() && when < Math.min(measured, received)) {
            return;
        }
        sequence = ofSequence;
        measured = readings.measured(row);
        received = readings.received(row);
        ValueType of = readings.type(row);
        set(of, readings.bits(row), readings.scale(row));
        if (of == ValueType.TEXT) {
            text = readings.value(row).asText();
        }
        grade(readings.grade(row), readings.tests(row));
        status = readings.status(row);
        origin = (byte) readings.origin(row).ordinal();
    }

    void take(long ofSequence, Entry.Inference inference, Entry.Output output) {
        long issued = SeriesBoard.nanos(inference.issuedAt());
        if (hasForecast() && received > issued) {
            return;
        }
        if (!hasForecast() && staleAfter.compareTo(SeriesBoard.STALE_AFTER_DEFAULT) <= 0) {
            staleAfter = FORECAST_STALE_AFTER;
        }
        model = inference.model();
        set(ValueType.FLOAT64, Double.doubleToRawLongBits(output.value()), 0);
        grade(Grade.NOT_EVALUATED, 0);
        sequence = ofSequence;
        measured = SeriesBoard.nanos(output.validAt());
        received = issued;
    }

    private void set(ValueType of, long ofBits, int ofScale) {
        type = (byte) (of.code() + 1);
        bits = ofBits;
        scale = (byte) ofScale;
        text = null;
    }

    /** @param because a set of tests, see {@link QualityTest} */
    void grade(Grade to, int because) {
        grade = (byte) to.flag();
        tests = (short) because;
    }

    boolean isForecast() {
        return model != null;
    }

    /** Whether any model has said something. */
    boolean hasForecast() {
        return model != null && !model.equals(NO_MODEL_YET);
    }

    private @Nullable Value value() {
        if (!hasValue()) {
            return null;
        }
        return text != null ? new Value.Text(text) : Decimals.valueOf(ValueType.ofCode(type - 1), bits, scale);
    }

    /** @param standardName of CF; null where none is configured */
    SeriesNow now(@Nullable String standardName) {
        Value value = value();
        double number = value == null ? Double.NaN : calibration.apply(value.asDouble(), measured);
        boolean hasValue = value != null;
        return new SeriesNow(name(), series.title(), series.unit(), standardName,
                isForecast() ? Kind.FORECAST : Kind.MEASURED,
                text(value, number), Double.isFinite(number) ? number : null,
                hasValue ? Nanos.toInstant(measured) : null, hasValue ? Nanos.toInstant(received) : null,
                hasValue ? ORIGINS[origin] : null, Grade.ofFlag(grade),
                Present.reasons(Short.toUnsignedInt(tests)), "0x" + HEX.toHexDigits(status),
                sequence, staleAfter.toSeconds(),
                hasForecast() ? new ForecastNow(model(), Nanos.toInstant(received), Nanos.toInstant(measured)) : null);
    }

    private String model() {
        return Objects.requireNonNull(model);
    }

    /** Exactly what came where nothing was corrected, else the corrected number. */
    private @Nullable String text(@Nullable Value value, double number) {
        if (value == null) {
            return null;
        }
        boolean isRaw = calibration.at(measured).isNone() || Double.isNaN(number);
        return isRaw ? value.asText() : Double.toString(number);
    }

    ForecastLine line(Instant from) {
        return new ForecastLine(name(), series.title(), model(), Nanos.toInstant(received),
                points == null ? List.of() : points.from(SeriesBoard.nanos(from)));
    }
}
