package suimon.hub;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells two gateways that deliver under one id from one that was started again. A gateway's process
 * never comes back once another has followed it, nor does an epoch; where one does again and again,
 * both live. Then who was there first goes on, and the other is refused until the first is silent.
 *
 * <p>A message that was on its way for long looks like a return, too: so several are needed, some
 * time apart. For one thread at a time.
 */
final class Twins {
    /** Returns that tell two, the first and the last of them at least {@link #SPAN} apart. */
    static final int RETURNS = 3;
    static final Duration SPAN = Duration.ofSeconds(30);
    /** So long after the first was heard last, the other is taken for its replacement. */
    static final Duration SILENCE = Duration.ofMinutes(15);
    /** Names remembered; an older one that comes back is taken for new. */
    private static final int NAMES_MAX = 16;

    private final LinkedHashSet<Long> names = new LinkedHashSet<>();
    private final List<Instant> returns = new ArrayList<>();
    private long current;
    private @Nullable Long rival;
    private long first;
    private Instant firstHeardAt = Instant.MIN;

    /**
     * A message came from the bearer of this name.
     *
     * @return whether it is the second of two and to be refused
     */
    boolean isRefused(long name, Instant now) {
        Long other = rival;
        if (other != null && name == other) {
            if (now.isBefore(firstHeardAt.plus(SILENCE))) {
                return true;
            }
            forget(name);
        }
        if (names.add(name)) {
            names.removeIf(oldest -> names.size() > NAMES_MAX);
        } else if (name != current) {
            cameBack(name, now);
        }
        current = name;
        if (name == first) {
            firstHeardAt = now;
        }
        return false;
    }

    /** Whether two are known to live at present. */
    boolean isFound() {
        return rival != null;
    }

    private void cameBack(long name, Instant now) {
        returns.removeIf(at -> at.plus(SILENCE).isBefore(now));
        returns.add(now);
        boolean isSure = returns.size() >= RETURNS && !returns.getFirst().plus(SPAN).isAfter(now);
        if (isSure && rival == null) {
            first = names.stream().filter(one -> one == name || one == current).findFirst().orElse(name);
            rival = first == name ? current : name;
            firstHeardAt = now;
        }
    }

    private void forget(long name) {
        rival = null;
        returns.clear();
        names.clear();
        current = name;
    }
}
