/**
 * What turns the gateway's class path into the files of an arm64 box: jars without other
 * platforms' natives, the natives beside them, and the list of what others wrote. Runs on the
 * build machine only and is never shipped; fetching, jlink and the .deb are {@code package.sh}'s.
 * Its entry is {@link suimon.deploy.Shipment}.
 */
@NullMarked
package suimon.deploy;

import org.jspecify.annotations.NullMarked;
