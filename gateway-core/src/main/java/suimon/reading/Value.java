package suimon.reading;

import java.math.BigDecimal;

/**
 * One value in the type it came in. Two values are equal when type and bits are: NaN equals itself
 * and 0.0 differs from -0.0, as the log stores them. {@link Readings} holds many without boxing;
 * this is for the edges.
 */
public sealed interface Value {
    ValueType type();

    /** The bits as {@link ValueType} says; 0 for text. */
    long bits();

    /** The value as a number for rules, grades and models; NaN where it is not a number. */
    double asDouble();

    /** Digits after the decimal point; 0 for all but decimals. */
    default int scale() {
        return 0;
    }

    /** No value: the status of the reading says why. */
    record None() implements Value {
        @Override
        public ValueType type() {
            return ValueType.NONE;
        }

        @Override
        public long bits() {
            return 0;
        }

        @Override
        public double asDouble() {
            return Double.NaN;
        }
    }

    record Float64(double value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.FLOAT64;
        }

        @Override
        public long bits() {
            return Double.doubleToRawLongBits(value);
        }

        @Override
        public double asDouble() {
            return value;
        }
    }

    record Float32(float value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.FLOAT32;
        }

        @Override
        public long bits() {
            return Float.floatToRawIntBits(value);
        }

        @Override
        public double asDouble() {
            return value;
        }
    }

    record Int64(long value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }

        @Override
        public long bits() {
            return value;
        }

        @Override
        public double asDouble() {
            return value;
        }
    }

    record UInt64(long bits) implements Value {
        @Override
        public ValueType type() {
            return ValueType.UINT64;
        }

        @Override
        public double asDouble() {
            double half = bits >>> 1;
            return bits >= 0 ? bits : half * 2 + (bits & 1);
        }
    }

    /**
     * A decimal as the sensor wrote it: {@code unscaled * 10^-scale}.
     *
     * @param unscaled at most 18 digits, so that it always fits
     * @param scale digits after the point, -128 to 127
     */
    record Decimal(long unscaled, int scale) implements Value {
        public Decimal {
            if (scale < Byte.MIN_VALUE || scale > Byte.MAX_VALUE) {
                throw new IllegalArgumentException("scale " + scale + ", expected -128 to 127");
            }
        }

        @Override
        public ValueType type() {
            return ValueType.DECIMAL;
        }

        @Override
        public long bits() {
            return unscaled;
        }

        @Override
        public double asDouble() {
            return Decimals.toDouble(unscaled, scale);
        }
    }

    record Bool(boolean value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.BOOLEAN;
        }

        @Override
        public long bits() {
            return value ? 1 : 0;
        }

        @Override
        public double asDouble() {
            return value ? 1 : 0;
        }
    }

    record Text(String value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }

        @Override
        public long bits() {
            return 0;
        }

        @Override
        public double asDouble() {
            return Double.NaN;
        }
    }

    /** The value as it would be written in CSV or JSON, exact for every type. */
    default String asText() {
        return switch (this) {
            case None ignored -> "";
            case Float64 value -> Double.toString(value.value());
            case Float32 value -> Float.toString(value.value());
            case Int64 value -> Long.toString(value.value());
            case UInt64 value -> Long.toUnsignedString(value.bits());
            case Decimal value -> BigDecimal.valueOf(value.unscaled(), value.scale()).toPlainString();
            case Bool value -> Boolean.toString(value.value());
            case Text value -> value.value();
        };
    }
}
