package suimon.pipeline;

import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig.GrossRange;

/**
 * What a source knows of a series before its first value, such as an OPC UA server's engineering
 * unit and ranges. The configuration goes before it.
 *
 * @param unit a UCUM code; empty when unknown
 * @param range the limits of the instrument and of normal operation, in that unit; null when unknown
 */
public record Description(String unit, @Nullable GrossRange range) {}
