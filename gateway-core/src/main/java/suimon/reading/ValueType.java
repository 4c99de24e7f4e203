package suimon.reading;

/** The type a value had when it came in; the code is what the log and the frames store. */
public enum ValueType {
    /** No value: the source reported a status only. */
    NONE(0),
    /** IEEE 754 binary64; bits as {@link Double#doubleToRawLongBits}. */
    FLOAT64(1),
    /** IEEE 754 binary32; bits as {@link Float#floatToRawIntBits}. */
    FLOAT32(2),
    /** A signed integer of at most 64 bits. */
    INT64(3),
    /** An unsigned integer that needs the 64th bit. */
    UINT64(4),
    /** A decimal as it was written: bits are the unscaled value, see {@link Value.Decimal}. */
    DECIMAL(5),
    /** 0 or 1. */
    BOOLEAN(6),
    /** Text; the bits are unused. */
    TEXT(7);

    private static final ValueType[] BY_CODE = values();

    private final int code;

    ValueType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static ValueType ofCode(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no value type has the code " + code);
        }
        return BY_CODE[code];
    }
}
