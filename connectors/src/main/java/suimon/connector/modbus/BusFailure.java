package suimon.connector.modbus;

/** A request brought no values; the message says why and what to do. */
final class BusFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** What it means for the bus. */
    enum Kind {
        /** No answer in time, or one that can't be read. */
        SILENT,
        /** The device answered with an exception that speaks of this request alone. */
        REFUSED,
        /** The device, or the gateway before it, answered that it can't serve now. */
        BUSY,
        /** The connection is gone. */
        BROKEN
    }

    private final Kind kind;
    private final boolean mayBeSplit;

    BusFailure(Kind kind, String message) {
        this(kind, message, kind == Kind.SILENT);
    }

    private BusFailure(Kind kind, String message, boolean mayBeSplit) {
        super(message);
        this.kind = kind;
        this.mayBeSplit = mayBeSplit;
    }

    Kind kind() {
        return kind;
    }

    /** Whether a part of the block may be read where the whole is not. */
    boolean mayBeSplit() {
        return mayBeSplit;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    /** The exception codes of Modbus Application Protocol 1.1b3, chapter 7. */
    static BusFailure exception(int code, String where) {
        String begin = where + " is answered with exception " + code + ", ";
        return switch (code) {
            case 1 -> new BusFailure(Kind.REFUSED, begin + "illegal function: the device does not know this"
                    + " table; look in its manual whether the value is in another one");
            case 2 -> new BusFailure(Kind.REFUSED, begin + "illegal data address: the device has no such"
                    + " address; addresses count from 0 here, so 40001 of a manual is holding 0", true);
            case 3 -> new BusFailure(Kind.REFUSED, begin + "illegal data value: the device does not take so"
                    + " many registers at once; lower registersMax or gap", true);
            case 4 -> new BusFailure(Kind.REFUSED, begin + "device failure: look at the device's own display"
                    + " or log", true);
            case 5 -> new BusFailure(Kind.BUSY, begin + "acknowledge: it is still at work; read it less often");
            case 6 -> new BusFailure(Kind.BUSY, begin + "device busy; read it less often");
            case 8 -> new BusFailure(Kind.REFUSED, begin + "memory parity error: the device's memory is"
                    + " damaged; restart it, then replace it");
            case 10 -> new BusFailure(Kind.BUSY, begin + "gateway path unavailable: the gateway before the"
                    + " device is misconfigured or overloaded; check its routing of unit ids");
            case 11 -> new BusFailure(Kind.BUSY, begin + "gateway target does not answer: check the device's"
                    + " power, its wiring and its unit id");
            default -> new BusFailure(Kind.REFUSED, begin + "which the standard does not name;"
                    + " look in the device's manual");
        };
    }
}
