/**
 * {@code gateway.yaml} becomes one tree of records, or a list of problems with line and remedy.
 *
 * <p>Read once at start; nothing here changes afterwards. It knows no connector: kinds are handed
 * in. Start with {@link suimon.config.GatewayConfig}.
 */
@NullMarked
package suimon.config;

import org.jspecify.annotations.NullMarked;
