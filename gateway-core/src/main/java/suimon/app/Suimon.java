package suimon.app;

/** The {@code suimon} command. */
public final class Suimon {
    private Suimon() {}

    public static void main(String[] arguments) {
        System.exit(2);
    }
}
