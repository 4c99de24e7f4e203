package suimon.app;

import suimon.store.Backup;

/** Shows on the terminal how far a long copy is, and holds it to a rate. */
final class ProgressLine implements Backup.Progress {
    private static final long SHOW_NANOS = 500_000_000L;
    /** Short work says nothing. */
    private static final long QUIET_NANOS = 2_000_000_000L;
    private static final int PERCENT_WIDTH = 60;

    private final long bytesPerSecond;
    private final long begun = System.nanoTime();
    private String doing = "";
    private long since = begun;
    private long shown = begun + QUIET_NANOS;

    ProgressLine(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void reached(String what, long done, long all) {
        long now = System.nanoTime();
        if (!what.equals(doing)) {
            doing = what;
            since = now;
        }
        if (now - shown > SHOW_NANOS && System.console() != null) {
            shown = now;
            System.err.printf("\r%-" + PERCENT_WIDTH + "s %3d %%", doing, all == 0 ? 100 : done * 100 / all);
            if (done == all) {
                System.err.println();
            }
        }
        if (what.startsWith("copying")) {
            waitUntil(since + (long) (done * 1e9 / bytesPerSecond) - now);
        }
    }

    private static void waitUntil(long nanos) {
        if (nanos > 1_000_000) {
            try {
                Thread.sleep(nanos / 1_000_000);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
