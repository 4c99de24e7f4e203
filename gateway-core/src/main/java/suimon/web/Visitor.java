package suimon.web;

/**
 * Who is asking.
 *
 * @param name as audited; {@link #LOCAL} for a page on this machine without login
 */
public record Visitor(String name, Role role) {
    /** The page on this machine, where the box itself is the key. */
    public static final Visitor LOCAL = new Visitor("local", Role.OPERATOR);

    /** What a person may do; reading is open to all of them. */
    public enum Role {
        /** Everything an operator may, and the gateway's set-up. */
        INSTALLER,
        /** Acknowledges alarms and gives verdicts. */
        OPERATOR,
        /** Reads and pulls data sets. */
        DATA
    }

    boolean mayChange() {
        return role != Role.DATA;
    }
}
