/**
 * Readings from Modbus devices, asked for by TCP, by RTU over TCP and by RTU on a serial line.
 *
 * <p>Built on digitalpetri's protocol library; the serial line is ours and needs no native code. It
 * writes nothing to a device. Start with {@link suimon.connector.modbus.ModbusSource}.
 */
@NullMarked
package suimon.connector.modbus;

import org.jspecify.annotations.NullMarked;
