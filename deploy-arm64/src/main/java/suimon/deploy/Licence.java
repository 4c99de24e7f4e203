package suimon.deploy;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A licence as a project's own description names it.
 *
 * @param name as written there, "Apache License, Version 2.0" for instance
 * @param url empty where none is given
 */
record Licence(String name, String url) {
    private static final List<Pattern> PERMISSIVE = List.of(
            pattern("apache"), pattern("\\bMIT\\b"), pattern("\\bBSD\\b"), pattern("bsd-?[23]"),
            pattern("eclipse (public|distribution) license"), pattern("\\b(EPL|EDL)\\b"),
            pattern("bouncy castle licence"), pattern("\\bISC\\b"), pattern("CC0"), pattern("public domain"));
    private static final Pattern COPYLEFT = pattern("\\b[AL]?GPL|general public|affero");

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    }

    /** Copyleft is looked for first: "GPL with a BSD exception" is not BSD. */
    boolean isPermissive() {
        return !COPYLEFT.matcher(name).find() && PERMISSIVE.stream().anyMatch(one -> one.matcher(name).find());
    }
}
