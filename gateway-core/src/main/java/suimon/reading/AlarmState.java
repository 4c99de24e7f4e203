package suimon.reading;

/**
 * The condition's state as OPC UA Part 9, 5.5 to 5.8 names it.
 *
 * @param active ActiveState: the evidence is there
 * @param acknowledged AckedState: a person has seen it
 * @param confirmed ConfirmedState: a person has dealt with it
 * @param latched stays until a person resets it although the evidence is gone
 */
public record AlarmState(
        boolean active, boolean acknowledged, boolean confirmed, boolean shelved, boolean suppressed,
        boolean outOfService, boolean latched) {
    public static final AlarmState NORMAL = new AlarmState(false, true, true, false, false, false, false);

    /** Whether an operator must still see it in the list: active, latched or not yet acknowledged. */
    public boolean isRetained() {
        return active || latched || !acknowledged;
    }
}
