package suimon.config;

/** The settings of one source; each connector brings its own record, chosen by {@code kind}. */
public interface SourceSettings extends Named {}
