package suimon.config;

import java.util.Collection;
import java.util.Locale;

/** Finds what somebody probably meant. */
final class Names {
    private Names() {}

    /** {@code ; did you mean 'x'?} for the nearest name, or nothing when none is near. */
    static String nearest(String typed, Collection<String> valid) {
        String best = "";
        int bestDistance = Math.max(2, typed.length() / 3) + 1;
        for (String name : valid) {
            int distance = distance(typed.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return best.isEmpty() ? "" : "; did you mean '" + best + "'?";
    }

    /** Levenshtein's distance. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
                current[column] = Math.min(previous[column - 1] + replaced,
                        Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
