/** Tests of playing files. */
@NullMarked
package suimon.connector.replay;

import org.jspecify.annotations.NullMarked;
