/**
 * A pen, a water main and a greenhouse that speak real MQTT and real OPC UA, for the demo and tests.
 *
 * <p>The numbers are made up by small models with a seed; nothing here takes part in a gateway that
 * runs on a real site. Start with {@link suimon.connector.simulator.SiteSimulator}.
 */
@NullMarked
package suimon.connector.simulator;

import org.jspecify.annotations.NullMarked;
