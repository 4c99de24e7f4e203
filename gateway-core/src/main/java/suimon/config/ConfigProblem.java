package suimon.config;

/**
 * One thing that is wrong in a configuration file.
 *
 * @param file the file as given
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1
 * @param path the key, such as {@code sources[0].port}
 * @param found what stands there
 * @param expected what may stand there, and the nearest valid name where there is one
 */
public record ConfigProblem(String file, int line, int column, String path, String found, String expected) {
    /** As compilers write it, so that editors can jump there. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        String where = path.isEmpty() ? "" : path + ": ";
        return place + ": " + where + "found " + found + ", expected " + expected;
    }
}
