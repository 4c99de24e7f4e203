/** The Modbus source against real servers, on TCP and on a line, and against broken ones. */
@NullMarked
package suimon.connector.modbus;

import org.jspecify.annotations.NullMarked;
