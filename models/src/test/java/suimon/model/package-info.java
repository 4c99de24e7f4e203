@NullMarked
package suimon.model;

import org.jspecify.annotations.NullMarked;
