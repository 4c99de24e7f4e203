/**
 * From a delivery to a committed reading, and from the log to a model's output.
 *
 * <p>Holds the ports {@link suimon.pipeline.Source} and {@link suimon.pipeline.Model}; knows no
 * protocol and no model format. Start with {@link suimon.pipeline.Inbox} and
 * {@link suimon.pipeline.Delivery}, for models with {@link suimon.pipeline.Insight}.
 */
@NullMarked
package suimon.pipeline;

import org.jspecify.annotations.NullMarked;
