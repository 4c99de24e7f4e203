/** What tests of the whole gateway need of the models' inner parts. */
@NullMarked
package suimon.model;

import org.jspecify.annotations.NullMarked;
