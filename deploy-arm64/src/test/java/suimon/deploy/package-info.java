/** Tests of what ships: libraries, licences, the runtime's modules, and the installed package itself. */
@NullMarked
package suimon.deploy;

import org.jspecify.annotations.NullMarked;
