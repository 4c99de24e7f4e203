package suimon.fuzz;

import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;

/** What Jazzer calls: feeds one subject of a {@link FuzzContract}. */
public final class FuzzTarget {
    private static @Nullable Subject subject;

    private FuzzTarget() {}

    /** With the contract's class and the subject's name. */
    public static void fuzzerInitialize(String[] words) throws Exception {
        Constructor<?> made = Class.forName(words[0]).getDeclaredConstructor();
        made.setAccessible(true);
        subject = ((FuzzContract) made.newInstance()).subjects().stream()
                .filter(one -> one.name().equals(words[1])).findFirst().orElseThrow();
    }

    /** As it is, and with its checksums put right. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        Subject target = java.util.Objects.requireNonNull(subject);
        target.feed(input);
        byte[] repaired = target.repaired().apply(input.clone());
        if (repaired != input) {
            target.feed(repaired);
        }
    }
}
