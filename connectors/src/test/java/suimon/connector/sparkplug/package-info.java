/** Tests of the host of Sparkplug B. */
@NullMarked
package suimon.connector.sparkplug;

import org.jspecify.annotations.NullMarked;
