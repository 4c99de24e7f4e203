package suimon.config;

/** A part of the configuration with a name that is unique among its kind. */
public interface Named {
    /** The configured name: letters, digits, dot, dash, underscore; used in logs and the books. */
    String name();
}
