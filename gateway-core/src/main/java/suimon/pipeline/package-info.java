/**
 * From a delivery to a committed reading, and from the log to a model's output.
 *
 * <p>Holds the ports {@link suimon.pipeline.Source} and Model; knows no protocol and no model
 * format. Start with {@link suimon.pipeline.Inbox} and {@link suimon.pipeline.Delivery}.
 */
@NullMarked
package suimon.pipeline;

import org.jspecify.annotations.NullMarked;
