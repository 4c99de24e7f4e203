package suimon.web;

import org.jspecify.annotations.Nullable;

/** Knows the users' passwords, wired by the application to {@code suimon.access}. */
@FunctionalInterface
public interface People {
    /**
     * The visitor with that name and password, or null. Slow by design, so it is called from threads
     * that may block, and never more than a few at a time.
     */
    @Nullable Visitor check(String name, String password);
}
