/**
 * Models in the ONNX format behind the port {@link suimon.pipeline.Model}: packages are read,
 * checked, loaded and proved on this very box before they run.
 *
 * <p>It trains nothing and knows no site. Start with {@link suimon.model.OnnxFactory}; the commands
 * {@link suimon.model.ExportWindows} and {@link suimon.model.Evaluate} serve who trains.
 */
@NullMarked
package suimon.model;

import org.jspecify.annotations.NullMarked;
