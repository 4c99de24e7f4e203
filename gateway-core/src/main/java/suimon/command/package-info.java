/**
 * The one door for everything that changes something: checked by role, written to the audit,
 * answered with a receipt. Page, command line and downlink all enter here.
 *
 * <p>Start with {@link suimon.command.CommandDoor}.
 */
@NullMarked
package suimon.command;

import org.jspecify.annotations.NullMarked;
