/**
 * What the gateway must survive: kills, power cuts, full disks, lying peers, broken models.
 *
 * <p>Every test runs the real class path in child processes and looks at what is left on the disk
 * and at the hub. Chance comes from a seed that every failure names. Start with {@link
 * suimon.fault.PowerCut} and {@link suimon.fault.Child}.
 */
@NullMarked
package suimon.fault;

import org.jspecify.annotations.NullMarked;
