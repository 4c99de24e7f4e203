package suimon.access;

/** What somebody may do. */
public enum Role {
    /** Sees everything, acknowledges and judges alarms. */
    OPERATOR,
    /** Everything an operator may, and changes the gateway. */
    INSTALLER,
    /** Reads and pulls data. */
    DATA,
    /** A sensor or logger: publishes readings. */
    DEVICE;

    /** Whether the role may acknowledge and judge alarms. */
    public boolean mayOperate() {
        return this == OPERATOR || this == INSTALLER;
    }
}
