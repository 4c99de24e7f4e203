/**
 * Host application of Sparkplug B 3.0: edge nodes and their devices on a broker of the site. Births
 * tell what there is, the sequence of each node shows what is missing, and who died looks dead.
 * It asks for rebirths and commands nothing else. Entry: {@link SparkplugFactory}.
 */
@NullMarked
package suimon.connector.sparkplug;

import org.jspecify.annotations.NullMarked;
