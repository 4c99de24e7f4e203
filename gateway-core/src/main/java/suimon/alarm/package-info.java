/**
 * When to call a person: rules and the life of an alarm in the states of OPC UA Part 9.
 *
 * <p>Pure: state and evidence in, state out. It knows no clock, no thread and no store. Start with
 * {@link suimon.alarm.Rule} and {@link suimon.alarm.Condition}.
 */
@NullMarked
package suimon.alarm;

import org.jspecify.annotations.NullMarked;
